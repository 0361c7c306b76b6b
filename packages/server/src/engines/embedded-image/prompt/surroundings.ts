/** Words for everything that surrounds the subjects: English ones first, those of other languages behind the bar. */
export const SKY = {
  moon: 'moon moonlight moonlit crescent | mond luna lune lua луна 月亮 月 달 قمر 🌙 🌕 🌛 🌝 🌜 🌚',
  sun: 'sun sunshine sunny | sonne sol soleil sole солнце 太阳 太陽 해 شمس ☀ 🌞 🌅',
  stars:
    'stars star starry starlit galaxy nebula constellation | stern sterne estrella estrellas étoile étoiles stella stelle звезда звёзды 星 별 ⭐ 🌟 ✨ milkyway 🌌',
  clouds:
    'clouds cloud cloudy overcast | wolke wolken nube nubes nuage nuages nuvola nuvole nuvem облако облака 云 雲 구름 ☁ ⛅',
  rainbow: 'rainbow rainbows | regenbogen arcoíris arcoiris arc-en-ciel arcobaleno радуга 彩虹 虹 무지개 🌈',
  planet: 'planet planets saturn jupiter mars | planeta planète pianeta планета 行星 惑星 행성 🪐 🌍',
  aurora: 'aurora borealis | polarlicht polarlichter nordlicht nordlichter aurore сияние 极光 オーロラ 오로라',
  fireworks:
    'fireworks firework | feuerwerk fuegos artificiales fuochi artifice фейерверк салют 烟花 花火 불꽃놀이 🎆 🎇',
} as const;
export type SkyThing = keyof typeof SKY;

export const GROUNDS = {
  hills:
    'hills hill landscape valley countryside | hügel landschaft tal colina colinas colline paisaje paysage paesaggio холм холмы 山丘 丘 🏞',
  mountains:
    'mountains mountain peak peaks alps cliff cliffs | berg berge gebirge montaña montañas montagne montagna montagne montanha гора горы 山 산 جبل 🏔 ⛰ 🗻',
  sea: 'sea ocean wave waves harbor harbour seascape | meer ozean mar océano oceano mer океан море 海 바다 بحر 🌊',
  beach:
    'beach shore coast island tropical seaside bay | strand küste insel playa plage spiaggia praia isla île пляж остров 海滩 海岸 ビーチ 해변 شاطئ 🏖 🏝',
  lake: 'lake pond river stream lagoon swamp | see teich fluss lago río rio lac rivière fleuve fiume озеро река 湖 川 호수 강 بحيرة',
  desert:
    'desert dune dunes sand sahara savanna savannah oasis | wüste desierto désert deserto пустыня 沙漠 砂漠 사막 🏜',
  snowland: 'arctic antarctica ice icy iceberg glacier tundra | eis антарктида 🧊 snowfield',
  forest:
    'forest woods jungle woodland rainforest wood | wald dschungel bosque selva forêt foresta bosco floresta лес 森林 森 숲 غابة',
  meadow:
    'meadow field fields grass grassland pasture garden lawn park prairie | wiese feld garten rasen prado campo jardín jardin champ prato поле луг сад 草原 花园 庭 들판 🌾',
  farm: 'farm farmland farmyard orchard vineyard | bauernhof granja ferme fattoria ферма 农场 農場 농장',
  city: 'city town street skyline downtown urban metropolis | stadt straße dorf ciudad calle pueblo ville rue village città strada город улица 城市 街 都市 도시 🌃 🏙 🌆',
  road: 'road highway path lane route racetrack | autobahn weg carretera camino route strada дорога 道路 道 도로 🛣',
  underwater:
    'underwater reef seabed aquarium undersea | unterwasser riff submarino submarin sottomarino подводный 水下 海底',
  space: 'space cosmos universe orbit outerspace | weltraum weltall espacio espace spazio cosmo космос 宇宙 太空 우주',
  clouds: 'cloudscape heaven heavens | himmelreich',
  room: 'room kitchen table interior indoors indoor bedroom livingroom library café cafe restaurant | zimmer küche tisch habitación cocina mesa chambre cuisine stanza cucina tavolo комната кухня стол 房间 部屋 방 desk shelf windowsill still-life stillleben countertop',
  plain: 'plain backdrop studio isolated blank empty | einfarbig liso uni',
} as const;
export type Ground = keyof typeof GROUNDS;

export const TIMES = {
  day: 'day daytime noon midday daylight tag mittag día mediodía jour midi giorno день 白天 昼 낮',
  dawn: 'dawn sunrise morning daybreak sonnenaufgang morgen morgendämmerung amanecer mañana aube matin alba mattina рассвет утро 日出 早晨 朝 새벽 아침',
  sunset:
    'sunset dusk evening twilight sundown goldenhour sonnenuntergang abend dämmerung atardecer crepúsculo coucher crépuscule soir tramonto sera закат вечер 日落 傍晚 夕焼け 黄昏 노을 저녁 🌇',
  night: 'night midnight nocturnal nighttime nacht noche nuit notte noite ночь 夜晚 夜 밤 ليل',
} as const;
export type Time = keyof typeof TIMES;

export const SEASONS = {
  spring: 'spring springtime frühling primavera printemps весна 春 春天 봄',
  summer: 'summer summertime sommer verano été estate лето 夏 夏天 여름',
  autumn: 'autumn fall autumnal herbst otoño automne autunno осень 秋 秋天 가을',
  winter: 'winter wintry wintertime invierno hiver inverno зима 冬 冬天 겨울',
} as const;
export type Season = keyof typeof SEASONS;

export const WEATHERS = {
  rain: 'rain rainy raining drizzle | regen regnerisch lluvia lluvioso pluie pioggia chuva дождь 雨 비 🌧 ☔ downpour',
  storm:
    'storm stormy thunderstorm lightning thunder tempest | sturm gewitter blitz tormenta rayo orage tempête tempesta fulmine буря гроза 风暴 暴风雨 嵐 폭풍 ⛈ 🌩 ⚡',
  snow: 'snow snowy snowing snowfall snowflakes snowflake blizzard | schnee verschneit nieve nevado neige neve снег 雪 눈 ❄ 🌨',
  fog: 'fog foggy mist misty haze hazy | nebel neblig niebla brume brouillard nebbia туман 雾 霧 안개 🌫',
} as const;
export type Weather = keyof typeof WEATHERS;
