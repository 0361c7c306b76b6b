import type { FamilyName } from '../compose/families.js';
import { list } from './word-list.js';

/** Which words speak for which style; the first of each list are its own names and weigh double. */
export const FAMILY_WORDS: Readonly<Record<FamilyName, { names: readonly string[]; hints: readonly string[] }>> = {
  ambient: {
    names: list('ambient drone atmospheric soundscape new_age meditation meditative эмбиент 环境 氛围 アンビエント'),
    hints: list(
      'space spacey ethereal dreamy calm sleep floating ocean rain mist drift serene spa yoga zen relaxing healing ruhig tranquilo calme',
    ),
  },
  pop: {
    names: list(
      'pop k-pop kpop j-pop jpop indie_pop dance_pop synthpop synth_pop electropop schlager chanson поп 流行 ポップ 팝',
    ),
    hints: list(
      'catchy radio summer love singalong teen uplifting happy fröhlich feliz joyeux boyband girlband hit charts',
    ),
  },
  rock: {
    names: list(
      'rock grunge hard_rock indie_rock alternative garage_rock rock_and_roll rock_n_roll shoegaze emo рок 摇滚 ロック 록',
    ),
    hints: list('guitars distorted distortion electric_guitar riff band stadium angry loud raw'),
  },
  house: {
    names: list('house deep_house edm dance tech_house electro garage_house progressive_house электроника 舞曲 ハウス'),
    hints: list('club party four_on_the_floor dancefloor ibiza festival beach'),
  },
  techno: {
    names: list('techno acid industrial minimal_techno hardstyle rave idm техно 电子 テクノ 테크노'),
    hints: list('warehouse dark_club machine hypnotic pulsing berlin cyberpunk'),
  },
  synthwave: {
    names: list('synthwave retrowave vaporwave outrun chillwave darksynth new_wave italo'),
    hints: list('80s eighties neon retro arcade analog synth synthesizer vhs video_game game'),
  },
  jazz: {
    names: list('jazz swing bebop big_band smooth_jazz fusion dixieland ragtime джаз 爵士 ジャズ 재즈'),
    hints: list('saxophone sax trumpet upright_bass walking_bass brushes smoky lounge noir bar speakeasy'),
  },
  classical: {
    names: list(
      'classical baroque romantic chamber symphony sonata waltz string_quartet minuet fugue impressionist klassik klassisch clásica classique классика 古典 クラシック 클래식',
    ),
    hints: list(
      'violin cello piano_solo orchestra harpsichord mozart bach chopin elegant ballet concerto prelude nocturne',
    ),
  },
  cinematic: {
    names: list(
      'cinematic epic film_score soundtrack trailer orchestral film score movie filmmusik саундтрек 史诗 映画 배경음악',
    ),
    hints: list('heroic battle adventure fantasy dramatic suspense tension hero dragon war choir hollywood'),
  },
  lofi: {
    names: list('lofi lo-fi lo_fi chillhop lo-fi_hip-hop lo-fi_hip_hop lofi_hip_hop chill_beats лоу-фай ローファイ'),
    hints: list('chill study studying cozy cosy rainy vinyl coffee mellow relaxed laid_back lazy night'),
  },
  hiphop: {
    names: list('hip-hop hip_hop hiphop rap boom_bap grime рэп 嘻哈 说唱 ヒップホップ ラップ 힙합'),
    hints: list('808 urban street beats beat flow mc gangsta'),
  },
  folk: {
    names: list(
      'folk acoustic singer-songwriter singer_songwriter celtic irish world klezmer sea_shanty volksmusik фолк 民谣 フォーク',
    ),
    hints: list(
      'acoustic_guitar banjo campfire fiddle mandolin ukulele strummed fingerpicked fingerpicking medieval tavern',
    ),
  },
  latin: {
    names: list(
      'latin latino latina salsa son mambo cha-cha cha_cha merengue bachata rumba tango bolero mariachi afro-cuban flamenco латино 拉丁 ラテン サルサ',
    ),
    hints: list(
      'cuban brazilian mexican spanish caribbean havana rio carnival tropical congas bongos clave fiesta playa caliente',
    ),
  },
};
