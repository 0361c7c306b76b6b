import type { ColourName } from '../colour.js';
import { STYLES } from '../painting/styles.js';

/** What a word can mean to the painter. */
export type Meaning =
  | { sort: 'subject'; id: Subject }
  | { sort: 'sky'; id: SkyThing }
  | { sort: 'ground'; id: Ground }
  | { sort: 'time'; id: Time }
  | { sort: 'weather'; id: Weather }
  | { sort: 'colour'; id: ColourName }
  | { sort: 'size'; factor: number }
  | { sort: 'count'; count: number }
  | { sort: 'place'; id: Place }
  | { sort: 'style'; id: string }
  | { sort: 'not' }
  | { sort: 'part' }
  /** The air: a colour before it tints the whole. */
  | { sort: 'air' }
  | { sort: 'filler' };

/** Everything that can stand in the picture, with the words for it in several languages. */
const SUBJECTS = {
  fox: 'fox foxes vixen fuchs füchse zorro renard volpe raposa vos lis лиса 狐狸 狐 キツネ 여우 ثعلب 🦊',
  wolf: 'wolf wolves wölfe lobo loup lupo волк 狼 オオカミ 늑대 🐺 husky coyote',
  dog: 'dog puppy hound hund perro chien cane cão собака 狗 犬 いぬ 개 🐕 🐶 dackel corgi',
  cat: 'cat kitten kitty katze kater gato gata chat gatto кошка кот 猫 ねこ ネコ 고양이 قطة 🐈 🐱 tiger lion löwe 🦁 🐯',
  bear: 'bear teddy bär oso ours orso медведь 熊 クマ 곰 🐻 panda 🐼 koala 🐨',
  rabbit: 'rabbit bunny hare kaninchen hase conejo lapin coniglio кролик заяц 兔子 兔 うさぎ 토끼 🐇 🐰',
  bird: 'bird birdie vogel vögel pájaro oiseau uccello птица 鸟 鳥 새 🐦 robin sparrow crow raven parrot duck eagle 🦅 🦜 seagull',
  owl: 'owl eule búho hibou gufo сова 猫头鹰 フクロウ 부엉이 🦉',
  penguin: 'penguin pinguin pingüino pingouin пингвин 企鹅 ペンギン 펭귄 🐧',
  fish: 'fish goldfish koi fisch pez poisson pesce рыба 鱼 魚 물고기 🐟 🐠 🐡 shark 🦈',
  whale: 'whale wal ballena baleine balena кит 鲸鱼 クジラ 고래 🐋 🐳 dolphin delfin 🐬',
  butterfly: 'butterfly butterflies schmetterling mariposa papillon farfalla бабочка 蝴蝶 蝶 나비 🦋 moth',
  person:
    'person man woman girl boy child human people figure wanderer traveler traveller knight wizard princess mann frau kind mädchen junge hombre mujer niña niño homme femme fille uomo donna человек 人 사람 👤 🧍 👩 👨 hero samurai astronaut monk',
  robot: 'robot android mech roboter робот 机器人 ロボット 로봇 🤖',
  snowman: 'snowman schneemann 雪人 雪だるま ⛄ ☃',
  ghost: 'ghost spirit geist fantasma fantôme призрак 幽灵 👻',
  tree: 'tree oak maple baum bäume árbol arbre albero дерево 树 木 나무 🌳 willow',
  pine: 'pine fir spruce tanne kiefer pino sapin ель сосна 松 🌲 🎄',
  palm: 'palm palme palmera palmier пальма 椰子 🌴',
  flower:
    'flower blossom bloom rose tulip daisy sunflower poppy lily blume blumen flor flores fleur fiore цветок 花 꽃 🌸 🌹 🌻 🌷 🌼 🌺 💐',
  mushroom: 'mushroom toadstool pilz seta champignon fungo гриб 蘑菇 きのこ 버섯 🍄',
  cactus: 'cactus cacti kaktus кактус 仙人掌 サボテン 선인장 🌵',
  house: 'house cottage cabin hut home barn haus hütte casa maison дом 房子 家 집 🏠 🏡 🛖 farmhouse',
  castle: 'castle palace fortress schloss burg castillo château castello замок 城堡 城 성 🏰 🏯',
  lighthouse: 'lighthouse leuchtturm faro phare маяк 灯塔 灯台 등대',
  tower: 'tower skyscraper turm torre tour башня 塔 탑 🗼 🏢 temple pagoda church 🗽',
  boat: 'boat ship sailboat yacht boot schiff barco bateau barca nave лодка корабль 船 배 ⛵ 🚢 🛶',
  car: 'car auto automobile taxi truck wagen coche voiture macchina машина 汽车 車 자동차 🚗 🚕 🚙',
  rocket: 'rocket spaceship spacecraft rakete raumschiff cohete fusée razzo ракета 火箭 ロケット 로켓 🚀',
  balloon: 'balloon ballon globo mongolfiera воздушный 气球 風船 풍선 🎈',
  umbrella: 'umbrella regenschirm paraguas parapluie ombrello зонт 雨伞 傘 우산 ☂ ☔ parasol',
  cup: 'cup mug tea coffee teacup tasse kaffee taza café чашка 杯子 茶 커피 ☕ 🍵',
  apple: 'apple apfel manzana pomme mela яблоко 苹果 リンゴ 사과 🍎 🍏 fruit peach pear',
  cake: 'cake torte kuchen gâteau torta торт 蛋糕 ケーキ 케이크 🎂 🍰 cupcake 🧁',
  heart: 'heart herz corazón cœur cuore сердце 心 하트 ❤ 💖 💙 💚 💜 love liebe amor amour',
  crystal: 'crystal gem diamond jewel kristall cristal кристалл 水晶 💎',
} as const;
export type Subject = keyof typeof SUBJECTS;

const SKY = {
  moon: 'moon moonlight moonlit crescent mond luna lune lua луна 月亮 月 달 قمر 🌙 🌕 🌛 🌝 🌜',
  sun: 'sun sunshine sunny sonne sol soleil sole солнце 太阳 太陽 해 شمس ☀ 🌞 🌅',
  stars:
    'star stars starry stern sterne estrella estrellas étoile étoiles stella звезда звёзды 星 별 ⭐ 🌟 ✨ galaxy nebula milkyway 🌌',
  clouds: 'cloud clouds cloudy overcast wolke wolken nube nubes nuage nuvola облако 云 雲 구름 ☁ ⛅',
  rainbow: 'rainbow regenbogen arcoíris arcoiris arc-en-ciel arcobaleno радуга 彩虹 虹 무지개 🌈',
  planet: 'planet planets saturn jupiter mars planeta planète планета 行星 惑星 행성 🪐 🌍',
  aurora: 'aurora borealis polarlicht polarlichter nordlicht 极光 オーロラ 오로라',
} as const;
export type SkyThing = keyof typeof SKY;

const GROUNDS = {
  hills: 'hill hills landscape valley countryside hügel landschaft colina colline paisaje paysage холм 山丘 丘',
  mountains:
    'mountain mountains peak peaks alps cliff berg berge montaña montañas montagne montagna гора горы 山 산 جبل 🏔 ⛰ 🗻 volcano 🌋',
  sea: 'sea ocean lake beach water river wave waves coast shore island meer see strand fluss mar océano lago playa mer plage mare море 海 湖 바다 بحر 🌊 🏖 🏝 harbor harbour',
  desert: 'desert dune dunes sand wüste desierto désert deserto пустыня 沙漠 砂漠 사막 🏜',
  snowland: 'arctic ice iceberg glacier winter eis антарктида invierno hiver inverno зима 冬 겨울 🧊',
  forest: 'forest woods jungle wood wald bosque forêt foresta bosco лес 森林 森 숲 غابة',
  meadow: 'meadow field grass garden lawn park wiese feld garten jardín jardin prato поле 草原 花园 庭 들판 🌾',
  city: 'city town street skyline downtown village urban stadt straße dorf ciudad calle ville rue città город 城市 街 都市 도시 🌃 🏙 🌆',
  underwater: 'underwater reef coral seabed aquarium unterwasser submarino 水下 海底',
  space: 'space cosmos universe orbit weltraum weltall espacio espace cosmo космос 宇宙 우주',
  room: 'room kitchen table interior indoors zimmer tisch habitación mesa chambre stanza комната 房间 部屋 방 desk shelf window still-life stillleben',
} as const;
export type Ground = keyof typeof GROUNDS;

const TIMES = {
  day: 'day daytime morning noon tag morgen día mañana jour matin giorno день утро 白天 昼 낮 summer spring',
  night: 'night midnight nocturnal nacht noche nuit notte ночь 夜晚 夜 밤 ليل',
  sunset:
    'sunset sunrise dusk dawn evening twilight sonnenuntergang sonnenaufgang abend dämmerung atardecer amanecer coucher tramonto alba закат рассвет 日落 夕焼け 黄昏 노을 🌇 autumn fall herbst otoño automne',
} as const;
export type Time = keyof typeof TIMES;

const WEATHERS = {
  rain: 'rain rainy raining storm stormy thunderstorm regen sturm lluvia pluie pioggia дождь 雨 비 🌧 ⛈ 🌩',
  snow: 'snow snowy snowing snowfall snowflakes schnee verschneit nieve neige снег 雪 눈 ❄ 🌨',
  fog: 'fog foggy mist misty haze hazy nebel niebla brume nebbia туман 雾 霧 안개 🌫',
} as const;
export type Weather = keyof typeof WEATHERS;

const COLOUR_WORDS: Record<ColourName, string> = {
  red: 'red crimson scarlet ruby rot rote roter rotes roten rojo roja rouge rosso rossa красный красная 红色 红 赤い 赤 빨간 أحمر 🔴',
  orange: 'orange amber oranger naranja arancione оранжевый 橙色 橙 🟠 ginger copper',
  yellow:
    'yellow lemon gelb gelbe gelber gelbes gelben amarillo amarilla jaune giallo gialla жёлтый желтый жёлтая 黄色 黄 黄色い 노란 أصفر 🟡',
  green:
    'green emerald lime olive grün grüne grüner grünes grünen verde vert verte зелёный зеленый зелёная 绿色 绿 緑 초록 أخضر 🟢',
  turquoise: 'turquoise teal cyan aqua türkis turquesa бирюзовый 青绿',
  blue: 'blue azure navy cobalt indigo blau blaue blauer blaues blauen azul bleu bleue blu синий синяя голубой 蓝色 蓝 青い 青 파란 أزرق 🔵',
  violet: 'violet purple lilac lavender magenta lila violett morado violeta viola фиолетовый 紫色 紫 보라 🟣',
  pink: 'pink rosa rosé fuchsia salmon розовый 粉色 ピンク 분홍',
  brown: 'brown chestnut braun braune brauner marrón brun brune marrone коричневый 棕色 茶色 갈색 🟤',
  white:
    'white ivory weiß weiss weiße weißer blanco blanca blanc blanche bianco bianca белый белая 白色 白 白い 하얀 أبيض ⚪',
  grey: 'grey gray grau graue grauer gris grigio серый 灰色 회색',
  black:
    'black schwarz schwarze schwarzer negro negra noire nero nera чёрный черный чёрная 黑色 黑 黒い 黒 검은 أسود ⚫',
  golden: 'golden gold goldener goldene dorado doré dorato золотой 金色 金 금색',
  silver: 'silver silbern silberne plateado argenté argento серебряный 银色 銀 은색',
};

const SIZES: readonly [number, string][] = [
  [0.5, 'tiny minuscule winzig winzige diminuto minuscolo'],
  [0.7, 'small little klein kleine kleiner kleines pequeño pequeña petit petite piccolo маленький 小 小さな 작은'],
  [1.3, 'big large tall fat groß große großer großes grande gran grand большой 大 大きな 큰'],
  [1.6, 'giant huge enormous gigantic massive riesig riesige riesiger gigante énorme enorme огромный 巨大'],
];
const COUNTS: readonly [number, string][] = [
  [1, 'one single lone ein eine einen uno una une один 一 一只 一个 一匹 一隻 一個'],
  [2, 'two pair couple twin zwei dos deux due два 两 二 둘'],
  [3, 'three few drei tres trois tre три 三 셋'],
  [4, 'four several vier cuatro quatre quattro четыре 四'],
  [5, 'five group fünf cinco cinq cinque пять 五'],
  [6, 'six sechs seis sei шесть 六'],
  [7, 'seven many flock herd sieben siete sept sette семь viele muchos beaucoup molti много'],
  [8, 'eight acht ocho huit otto'],
  [9, 'nine neun nueve neuf nove crowd swarm'],
  [10, 'ten zehn diez dix dieci'],
  [12, 'eleven twelve dozen elf zwölf doce douze dodici'],
];
const PLACES = {
  left: 'left links izquierda gauche sinistra',
  right: 'right rechts derecha droite destra',
  far: 'distance distant far background ferne hintergrund lejos fond lontano',
  near: 'close closeup portrait near foreground porträt retrato primo',
} as const;
export type Place = keyof typeof PLACES;

const NOT = 'no not without ohne kein keine keinen sin sans senza без';
const FILLER = `a an the of with in on at by to and or from for under over above below beneath beside near behind between its his her their this that is are
  der die das dem den des und oder mit im in am auf unter über neben vor hinter von zu el la los las de del con en bajo sobre y o le les du avec dans sous sur et ou il lo gli di
  nella sotto sopra e и в на под с над と に で 在 和 下 上 下面 beautiful nice pretty cute lovely masterpiece best quality high low highly detailed ultra hd uhd 4k 8k
  award winning trending artstation sharp focus picture image art artwork style scene view very some sitting standing running looking playing walking flying sleeping swimming
  abstract background wallpaper pattern lighting dramatic bad worst ugly blurry deformed extra fingers hands text watermark signature jpeg artifacts cropped out frame schönes schöner schöne hübsch bonito beau bello красивый`;

/** Words of the lists above that mean several. */
const IRREGULAR_PLURALS = new Set(
  'foxes wolves butterflies füchse wölfe vögel bäume blumen cacti people berge'.split(' '),
);

/** Parts of somebody: a colour before them is meant for the one who was named last. */
const PARTS = `coat dress hat scarf cloak jacket shirt hair fur feathers wings eyes robe armor armour costume suit sails roof
  mantel kleid hut schal haare fell vestido abrigo pelo robe manteau cheveux`;

const WORDS = buildWords();

function buildWords(): ReadonlyMap<string, Meaning> {
  const words = new Map<string, Meaning>();
  const add = (text: string, meaning: Meaning) => {
    for (const word of text.split(/\s+/)) if (word !== '' && !words.has(word)) words.set(word, meaning);
  };
  const addAll = <I extends string>(table: Record<I, string>, meaning: (id: I) => Meaning) => {
    for (const id of Object.keys(table) as I[]) add(table[id], meaning(id));
  };
  addAll(SUBJECTS, (id) => ({ sort: 'subject', id }));
  addAll(SKY, (id) => ({ sort: 'sky', id }));
  addAll(GROUNDS, (id) => ({ sort: 'ground', id }));
  addAll(TIMES, (id) => ({ sort: 'time', id }));
  addAll(WEATHERS, (id) => ({ sort: 'weather', id }));
  addAll(COLOUR_WORDS, (id) => ({ sort: 'colour', id }));
  addAll(PLACES, (id) => ({ sort: 'place', id }));
  for (const [factor, text] of SIZES) add(text, { sort: 'size', factor });
  for (const [count, text] of COUNTS) add(text, { sort: 'count', count });
  add(NOT, { sort: 'not' });
  for (const style of STYLES) add(`${style.name} ${style.words}`, { sort: 'style', id: style.name });
  add(FILLER, { sort: 'filler' });
  add(PARTS, { sort: 'part' });
  add('sky skies himmel cielo ciel céu небо 天空 空 하늘 سماء air light licht luz lumière', { sort: 'air' });
  return words;
}

/** What the word means; undefined when the painter does not know it. `plural` is true for English plurals. */
export function lookUp(word: string): { meaning: Meaning; plural: boolean } | undefined {
  const meaning = WORDS.get(word);
  if (meaning) return { meaning, plural: IRREGULAR_PLURALS.has(word) };
  for (const ending of ['s', 'es', "'s"]) {
    if (!word.endsWith(ending)) continue;
    const singular = WORDS.get(word.slice(0, -ending.length));
    if (singular) return { meaning: singular, plural: ending !== "'s" };
  }
  return undefined;
}
