import type { FamilyName } from '../compose/families.js';
import { list } from './word-list.js';

/**
 * Everyday words and the style that they lean to, less than a hint does: what scenes, places, people and things are usually
 * set to. A word that stands twice belongs to the style that names it first.
 */
export const LEANINGS: Readonly<Record<FamilyName, readonly string[]>> = {
  pop: list(
    'girl boy kiss heart baby sunshine smile holiday beach candy friend weekend birthday fun sparkle vacation selfie crush ' +
      'school teenage teenager kid wonderful funny doll cute chart billboard affection puppy balloon rainbow glitter prom',
  ),
  rock: list(
    'fire road highway motorcycle motorbike thunder rebel rage engine truck race speed desert steel wild wolf garage fight ' +
      'sports football soccer hockey baseball boxing skate skating racing motor diesel fury hardcore drums jeep arena rocker metallica nirvana lightning',
  ),
  jazz: list(
    'detective whiskey cocktail paris café cafe restaurant bistro hotel elegance cigarette cigar manhattan brooklyn orleans chicago memphis ' +
      'christmas dinner brunch menu bartender trombone clarinet tenor baritone alto combo trio martini tuxedo velvet speakeasy boulevard',
  ),
  folk: list(
    'village farm farmer meadow river cabin horse cowboy tavern harvest home mother father brother sister grandfather grandmother ' +
      'country wood sailor ship irish scottish welsh gaelic shepherd lantern valley creek barn pasture harmonica bagpipe hillside oak ' +
      'hamlet boat seaman brook cottage hearth bonfire wanderer',
  ),
  latin: list(
    'sun spain mexico cuba brazil colombia argentina peru chile venezuela panama rico havana island palm parrot pepper mango papaya coconut guava ' +
      'avocado pineapple market hispanic madrid sombrero siesta hammock tequila rumba lemon amigo corazón noche',
  ),
  ambient: list(
    'sea water wave wind sky cloud star night dawn fog haze snow ice iceberg forest silence dream breath breeze cosmos galaxy nebula planet ' +
      'underwater undersea whale aurora crystal temple monastery buddhist glacier arctic antarctica moonlight starlight twilight horizon infinite ' +
      'void peace tide current drizzle downpour vapor glow darkness permafrost float floating drifting shimmering mud moss lake',
  ),
  house: list(
    'dj nightclub pool sunset rooftop champagne fashion runway glamour workout gym running fitness cardio aerobic catwalk vip yacht terrace',
  ),
  techno: list(
    'robot robotic factory laser metal concrete underground tunnel future futuristic cyber digital computer software matrix dystopian ' +
      'android circuit machinery microchip semiconductor hardware cement laboratory reactor turbine steelworks server algorithm',
  ),
  synthwave: list(
    'miami cassette ferrari nostalgia car chase pixel console joystick hologram grid drive walkman vcr stereo nintendo sega playstation analogue floppy dashboard arcade videogame',
  ),
  lofi: list(
    'homework book library bookstore window tea cat bedroom blanket anime tokyo nostalgic sunday afternoon cloudy train bus textbook notebook sleepy pyjamas pillow bakery drizzle',
  ),
  hiphop: list(
    'city neighborhood gangster hustle money cash basketball graffiti subway block swag crew drip freestyle cypher rapper eminem suburb pavement hood sneaker chain',
  ),
  classical: list(
    'palace royal king queen prince princess court garden museum ballroom spring autumn butterfly swan wedding ceremony opera porcelain candle ' +
      'beethoven brahms schubert vivaldi haydn tchaikovsky liszt debussy verdi wagner handel conductor theatre renaissance coronation throne statue ' +
      'painting sculpture philharmonic quartet gilded marble fountain',
  ),
  cinematic: list(
    'empire army knight castle sword magic wizard quest journey mountain ancient gods viking pirate spaceship alien monster horror ghost haunted ' +
      'villain superhero batman documentary earth volcano legend thriller film drama vampire werewolf zombie demon witch warrior mythology mystery ' +
      'magician serpent infantry cavalry beast unicorn fable saga apocalypse explosion kingdom storm invasion',
  ),
};
