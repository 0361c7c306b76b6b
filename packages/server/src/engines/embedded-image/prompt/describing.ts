import type { ColourName } from '../colour.js';

/** Words that describe things or tie them together. An underscore stands for a space. */
export const COLOUR_WORDS: Readonly<Record<ColourName, string>> = {
  red: 'red crimson scarlet ruby maroon burgundy cherry-red rot rote roter rotes roten rojo roja rojos rojas rouge rouges rosso rossa rossi rosse vermelho vermelha красный красная красное красные красного 红色 红 赤い 赤 赤色 빨간 빨강 أحمر حمراء 🔴 🟥',
  orange:
    'orange amber apricot oranger oranges orangen naranja arancione laranja оранжевый оранжевая 橙色 橙 オレンジ色 주황 برتقالي 🟠 🟧 ginger copper tangerine-coloured',
  yellow:
    'yellow gelb gelbe gelber gelbes gelben amarillo amarilla jaune jaunes giallo gialla amarelo жёлтый желтый жёлтая желтая 黄色 黄 黄色い 노란 노랑 أصفر صفراء 🟡 🟨',
  green:
    'green emerald jade grün grüne grüner grünes grünen verde verdes verdi vert verte verts зелёный зеленый зелёная зеленая 绿色 绿 緑 緑色 초록 녹색 أخضر خضراء 🟢 🟩 olive-green',
  turquoise: 'turquoise teal cyan aqua aquamarine mint türkis turquesa turchese бирюзовый 青绿 ターコイズ 청록 فيروزي',
  blue: 'blue azure navy cobalt indigo sapphire cerulean ultramarine blau blaue blauer blaues blauen azul azules bleu bleue bleus bleues blu синий синяя синие голубой голубая 蓝色 蓝 青い 青 青色 파란 파랑 أزرق زرقاء 🔵 🟦',
  violet:
    'violet purple lilac lavender magenta mauve plum lila violett violette morado púrpura violeta viola roxo фиолетовый фиолетовая сиреневый 紫色 紫 보라 보라색 بنفسجي 🟣 🟪',
  pink: 'pink fuchsia salmon rosé rosa rosado rosada розовый розовая 粉色 粉红色 ピンク 분홍 وردي 🩷',
  brown:
    'brown tan bronze chocolate-brown braun braune brauner braunes marrón brun brune marrone castanho коричневый коричневая 棕色 茶色 갈색 بني 🟤 🟫',
  white:
    'white ivory cream-coloured weiß weiss weiße weisse weißer weißes blanco blanca blancos blanc blanche bianco bianca branco branca белый белая белые 白色 白 白い 하얀 흰 أبيض بيضاء ⚪ ⬜',
  grey: 'grey gray grau graue grauer graues gris grigio grigia cinza серый серая 灰色 회색 رمادي',
  black:
    'black ebony schwarz schwarze schwarzer schwarzes negro negra noir noire nero nera preto preta чёрный черный чёрная черная 黑色 黑 黒い 黒 검은 أسود سوداء ⚫ ⬛',
  golden:
    'golden gold goldener goldene goldenes dorado dorada doré dorée dorato dorata dourado золотой золотая 金色 金 금색 ذهبي',
  silver:
    'silver silvery silbern silberne silberner plateado argenté argento argentato prateado серебряный 银色 銀 은색 فضي',
};

export const SIZES: readonly [factor: number, words: string][] = [
  [
    0.5,
    'tiny minuscule miniature wee winzig winzige winziger diminuto diminuta minuscolo крошечный 极小 ちっちゃい 작디작은',
  ],
  [
    0.7,
    'small little klein kleine kleiner kleines kleinen pequeño pequeña pequeños pequeñas petit petite petits petites piccolo piccola piccoli pequeno маленький маленькая маленькие 小 小さな 小さい 작은 صغير صغيرة',
  ],
  [
    1.3,
    'big large tall fat huge-ish groß grosse große großer großes großen grande grandes grandi gran grand grands большой большая большие 大 大きな 大きい 큰 كبير كبيرة',
  ],
  [
    1.6,
    'giant huge enormous gigantic massive colossal riesig riesige riesiger riesiges gigante énorme énormes enorme огромный огромная 巨大 巨大な 거대한 ضخم',
  ],
];

export const COUNTS: readonly [count: number, words: string][] = [
  [
    1,
    'one single lone lonely solitary eine ein einen einem uno una un une один одна 一 一只 一个 一匹 一隻 一個 하나 한',
  ],
  [2, 'two pair couple twin both zwei dos deux due dois два две 两 二 兩 兩隻 两只 两个 2匹 둘 두'],
  [3, 'three few trio drei tres trois tre três три 三 三只 三个 셋 세'],
  [4, 'four several some vier cuatro quatre quattro quatro четыре 四 四只 四个 넷 네'],
  [5, 'five group fünf cinco cinq cinque пять 五 五只 五个 다섯'],
  [6, 'six sechs seis шесть 六 여섯'],
  [
    7,
    'seven many lots flock herd pack sieben siete sept sette sete семь viele muchos muchas beaucoup molti molte много 七 许多 많은',
  ],
  [8, 'eight acht ocho huit otto oito восемь 八 여덟'],
  [9, 'nine crowd swarm neun nueve neuf nove девять 九 아홉'],
  [10, 'ten zehn diez dix dieci dez десять 十 열'],
  [11, 'eleven onze undici одиннадцать 十一'],
  [12, 'twelve dozen zwölf doce douze dodici doze двенадцать 十二'],
];

/** Where in the picture a thing is to be. */
export const PLACES = {
  left: 'left on_the_left to_the_left at_the_left on_the_left_side links a_la_izquierda izquierda à_gauche gauche a_sinistra sinistra слева 左 左边 左侧',
  right:
    'right on_the_right to_the_right at_the_right on_the_right_side rechts a_la_derecha derecha à_droite droite a_destra destra справа 右 右边 右侧',
  middle:
    'in_the_middle in_the_middle in_the_center in_the_centre centered centred central in_der_mitte en_el_centro au_centre al_centro в_центре',
  far: 'in_the_distance in_the_distance in_the_background far_away distant far im_hintergrund in_der_ferne al_fondo en_la_distancia au_loin à_l_arrière-plan in_lontananza sullo_sfondo вдали на_заднем_плане',
  near: 'in_the_foreground in_the_foreground close-up close_up closeup up_close portrait_of portrait im_vordergrund nahaufnahme en_primer_plano au_premier_plan in_primo_piano на_переднем_плане retrato porträt',
} as const;
export type Place = keyof typeof PLACES;

/** How one thing stands to another. */
export const RELATIONS = {
  on: 'on upon atop on_top_of onto riding sitting_on standing_on perched_on auf encima_de sobre sur su на',
  in: 'in inside into within im dentro_de dans nel nella в',
  under: 'under beneath below underneath unter bajo debajo_de sous sotto под',
  above: 'above over über por_encima_de au-dessus_de sopra над',
  left: 'left_of to_the_left_of on_the_left_of on_the_left_side_of links_von links_neben a_la_izquierda_de à_gauche_de a_sinistra_di слева_от',
  right:
    'right_of to_the_right_of on_the_right_of on_the_right_side_of rechts_von rechts_neben a_la_derecha_de à_droite_de a_destra_di справа_от',
  behind: 'behind in_back_of hinter detrás_de derrière dietro позади за',
  before: 'in_front_of ahead_of vor delante_de devant davanti_a перед',
  beside:
    'beside next_to near alongside close_to by neben junto_a al_lado_de cerca_de à_côté_de près_de accanto_a vicino_a рядом_с возле',
  between: 'between zwischen entre tra fra между',
  with: 'with wearing holding carrying mit con avec com trägt',
} as const;
export type RelationKind = keyof typeof RELATIONS;

/** What a thing does that says where it is. */
export const POSES = {
  flying:
    'flying fly flies flew soaring soars floating hovering airborne fliegend fliegende fliegender fliegendes fliegt volando volador volant volante летящий летит 飞 飞行 飛ぶ',
  swimming: 'swimming swim swims diving schwimmend schwimmt nadando nageant nuotando плавает плывёт 游泳 泳ぐ',
} as const;
export type Pose = keyof typeof POSES;

export const NOT = 'no not without except minus ohne kein keine keinen keiner sin sans senza sem без 没有 なし';

/** Words that stand for a thing that was named: "behind it a hill". */
export const PRONOUNS = 'it him them ihm ihr ihnen él ella lui elle esso него ней';

/** Parts of somebody: a colour before them is meant for the one who was named last. */
export const PARTS = `coat hair scarf cloak jacket fur feathers wings eyes robe armor armour costume suit sails petals leaves_on mane tail beak ears hoodie sweater
  skirt trousers pants raincoat uniform dress shirt hood stripes spots dots mantel kleid schal haare fell vestido abrigo pelo manteau cheveux`;

export const FILLER = `through across along around among amid against toward towards out off up down during while as like who which what where when also just then than so but if not-only
  each every any all has have had do does did been being can could will would should may might must my your our us he she they himself herself itself one's
  a an the of at to and or from its his her their this that is are was be there some i we you want draw paint make show me please
  der die das dem den des und oder am von zu el la los las de del y o le les l d du et ou il lo gli i di и с と に で の が は を 在 和 下 上 面 上面 下面 里 的 um os as em e um
  beautiful nice pretty cute lovely adorable sweet happy sad funny silly smiling laughing friendly gentle calm peaceful quiet serene magical mystical mysterious majestic epic
  wonderful amazing stunning gorgeous masterpiece best quality high low highly detailed ultra hd uhd 4k 8k hdr award winning trending artstation sharp focus picture image art
  artwork style scene view illustration-of very really so extremely more most old new young ancient modern wild fluffy furry soft-fur shiny bright dark colorful-looking elegant
  sitting standing running looking playing walking sleeping lying eating drinking jumping reading dancing singing waiting resting watching dreaming sits stands runs lies
  abstract background wallpaper pattern lighting dramatic bad worst ugly blurry deformed extra fingers hands text watermark signature jpeg artifacts cropped out frame full body shot
  wide angle lens depth field-depth bokeh composition professional schönes schöner schöne hübsch süß süße süßer bonito bonita lindo linda hermoso hermosa beau belle joli jolie bello bella
  carino красивый красивая милый милая 可爱 美丽 漂亮 可愛い 美しい 귀여운 아름다운`;

/** Words that choose among the picture sets. They may mean a style of painting too. */
export const ART_WORDS = {
  model: '3d clay plasticine toy figurine render rendered cgi pixar',
  flat: 'flat vector minimalist minimal sticker emoji icon poster',
  cartoon: 'cartoon comic childlike childish storybook picturebook naive',
} as const;
