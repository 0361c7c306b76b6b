import { type Kind, readKinds } from './kind.js';

/** Animals, and those of tales that are none. */
export const ANIMALS: readonly Kind[] = [
  ...readKinds(
    'ground',
    null,
    `fox 🦊! .62 foxes vixen; wolf 🐺! .7 wolves husky coyote; bear 🐻! .95 grizzly; panda 🐼! .85; koala 🐨! .62; lion 🦁! .85 lioness lions;
    raccoon 🦝! .55 racoon; frog 🐸! .38 toad; hamster 🐹! .42 guinea_pig gerbil;
    mouse 🐁 .32 mice; rat 🐀 .34; chipmunk 🐿 .38 squirrel; hedgehog 🦔 .36 porcupine; rabbit 🐇 .44 bunny hare;
    cat 🐈 .52 kitten kitty tabby feline; dog 🐕 .6 puppy hound beagle corgi terrier dachshund canine; poodle 🐩 .6;
    labrador 🦮 .64 guide_dog golden_retriever retriever; skunk 🦨 .42; badger 🦡 .42; beaver 🦫 .42; otter 🦦 .46 meerkat; sloth 🦥 .5;
    monkey 🐒 .62 chimpanzee ape baboon; gorilla 🦍 .95; orangutan 🦧 .85; sheep 🐑 .7 lamb; ram 🐏 .75; goat 🐐 .7; pig 🐖 .62 piglet hog;
    cow 🐄 .98 calf cattle; ox 🐂 1 bull; buffalo 🐃 1 water_buffalo; bison 🦬 1.05; horse 🐎 1.1 pony stallion mare foal;
    zebra 🦓 1.1; deer 🦌 1.05 stag doe reindeer elk moose fawn caribou; unicorn 🦄! 1.12; llama 🦙 1.05 alpaca; camel 🐫 1.2;
    dromedary 🐪 1.2; giraffe 🦒 1.8; elephant 🐘 1.4; mammoth 🦣 1.45; rhinoceros 🦏 1.1 rhino; hippopotamus 🦛 1.05 hippo;
    kangaroo 🦘 .95 wallaby; tiger 🐅 .8; leopard 🐆 .75 cheetah jaguar panther cougar lynx hyena; turtle 🐢 .4 tortoise; lizard 🦎 .34 gecko iguana chameleon salamander;
    snake 🐍 .5 serpent python cobra; dragon 🐉 1.3; tyrannosaurus 🦖 1.5 t-rex trex t_rex; dinosaur 🦕 1.65 sauropod brontosaurus;
    rooster 🐓 .52 chicken hen cock cockerel; chick 🐥 .34; hatching_chick 🐣 .36; turkey 🦃 .62; duck 🦆 .44 mallard duckling pelican; swan 🦢 .62;
    goose 🪿 .6 geese gosling; flamingo 🦩 .95 heron stork crane ostrich; peacock 🦚 .75; dodo 🦤 .62; owl 🦉 .5; parrot 🦜 .46 toucan macaw budgie cockatoo;
    bird 🐦 .36 birdie robin sparrow finch songbird canary hummingbird woodpecker; crow 🐦‍⬛ .4 raven blackbird; snail 🐌 .3; ladybug 🐞 .26 ladybird; beetle 🪲 .26 bug;
    caterpillar 🐛 .26 larva; ant 🐜 .24; cricket 🦗 .26 grasshopper; spider 🕷 .28 tarantula; scorpion 🦂 .3; worm 🪱 .24`,
  ),
  ...readKinds(
    'air',
    null,
    `butterfly 🦋 .4 butterflies moth; bee 🐝 .34 bumblebee wasp hornet; eagle 🦅 .6 hawk falcon vulture; dove 🕊 .44 pigeon seagull gull;
    bat 🦇 .44; housefly 🪰 .3 dragonfly mosquito gnat; ghost 👻 .7 phantom spook; fairy 🧚 .8 pixie; genie 🧞~ .9 djinn; superhero 🦸~ .9 superheroine; ufo 🛸 .6 flying_saucer`,
  ),
  ...readKinds('ground', 'snowland', 'penguin 🐧 .62; seal 🦭 .5 sea_lion walrus; polar_bear 🐻‍❄️! .95; snowman ⛄ .9'),
  ...readKinds(
    'water',
    'underwater',
    `fish 🐟 .4 trout salmon tuna; tropical_fish 🐠 .42 angelfish clownfish goldfish; pufferfish 🐡 .42 blowfish; shark 🦈 .7; octopus 🐙 .66;
    squid 🦑 .62; jellyfish 🪼 .6; shrimp 🦐 .34 prawn; lobster 🦞 .42; coral 🪸 .5`,
  ),
  ...readKinds(
    'water',
    'sea',
    'whale 🐋 .95 orca; spouting_whale 🐳 .9; dolphin 🐬 .7 porpoise; surfer 🏄 .9; rower 🚣 .75; mermaid 🧜‍♀️ .8 siren',
  ),
  ...readKinds('ground', 'beach', 'crab 🦀 .34; shell 🐚 .34 seashell conch; oyster 🦪 .3 clam'),
  ...readKinds('ground', 'desert', 'crocodile 🐊 .5 alligator caiman'),
];

/** People, and those of tales who look like them. */
export const PEOPLE: readonly Kind[] = [
  ...readKinds(
    'ground',
    null,
    `person 🧍! 1 people human somebody figure; walker 🚶 1 wanderer traveler traveller hiker pedestrian; runner 🏃 1 jogger athlete; woman_dancing 💃 1 dancer ballerina;
    man_dancing 🕺 1; skier ⛷ .9; snowboarder 🏂 .9; cyclist 🚴 .95 biker; golfer 🏌 .95; jockey 🏇 1.1 rider horseman; fencer 🤺 .95 knight musketeer pirate swordsman warrior viking gladiator hero;
    juggler 🤹~ 1; climber 🧗 .95 mountaineer; yogi 🧘 .75 monk buddha; weightlifter 🏋 .95 bodybuilder; acrobat 🤸 .9 gymnast; basketball_player ⛹ 1;
    zombie 🧟~ 1; robot 🤖! .9 android mech droid; alien 👽^ .9 extraterrestrial martian; space_invader 👾 .6 invader; clown 🤡^ .95 jester; cowboy 🤠^ 1 cowgirl; ogre 👹^ 1 demon monster; angel 👼~ .9 cherub; troll 🧌~ 1 goblin orc; mage 🧙~ 1 wizard witch sorcerer magician;
    vampire 🧛~ 1 dracula; elf 🧝~ 1; santa 🎅~ .9 santa_claus father_christmas; princess 👸~ 1 queen; prince 🤴~ 1 king; ninja 🥷~ 1 samurai assassin;
    astronaut 🧑‍🚀~ 1 cosmonaut spaceman; cook 🧑‍🍳~ 1 chef baker; farmer 🧑‍🌾~ 1 gardener; firefighter 🧑‍🚒~ 1 fireman; police_officer 👮~ 1 policeman cop sheriff;
    detective 🕵~ 1 spy; guard 💂~ 1 soldier; artist 🧑‍🎨~ 1 painter; scientist 🧑‍🔬~ 1 chemist; teacher 🧑‍🏫~ 1 professor; doctor 🧑‍⚕️~ 1 nurse; singer 🧑‍🎤~ 1 rockstar;
    mechanic 🧑‍🔧~ 1; builder 👷~ 1 worker; pilot 🧑‍✈️~ 1 captain; bride 👰~ 1; old_man 👴^ 1 grandfather grandpa; old_woman 👵^ 1 grandmother grandma; baby 👶^ .6 infant toddler;
    man 👨^ 1 men gentleman; woman 👩^ 1 women lady; boy 👦^ .85; girl 👧^ .85; child 🧒^ .8 children kid`,
  ),
];
