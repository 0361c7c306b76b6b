import { type Kind, readKinds } from './kind.js';

/** Things that people make and use. */
export const OBJECTS: readonly Kind[] = [
  ...readKinds(
    'head',
    null,
    'crown 👑 .3 tiara diadem; top_hat 🎩 .34 tophat; cap 🧢 .26 baseball_cap; sun_hat 👒 .28 straw_hat bonnet hat; graduation_cap 🎓 .3; helmet ⛑ .28 hard_hat',
  ),
  ...readKinds(
    'ground',
    null,
    `ball ⚽ .34 soccer_ball football; basketball 🏀 .34; american_football 🏈 .32 rugby_ball; baseball ⚾ .28; tennis_ball 🎾 .28; volleyball 🏐 .34; beach_ball 🏐 .34;
    guitar 🎸 .72; banjo 🪕 .62 ukulele mandolin; dartboard 🎯 .46 target bullseye; flag 🚩 .7 banner; drum 🥁 .42; violin 🎻 .6 cello fiddle; gift 🎁 .42 present parcel; umbrella ☂ .75 parasol; backpack 🎒 .5 rucksack; chair 🪑 .72 stool armchair;
    couch 🛋 .8 sofa settee; bed 🛏 .8; bathtub 🛁 .7 bath tub; door 🚪 1.1; mirror 🪞 .8; box 📦 .46 package crate chest; basket 🧺 .46; bucket 🪣 .42; broom 🧹 .7;
    sword 🗡 .7 dagger blade; crossed_swords ⚔ .6; shield 🛡 .6; bow_and_arrow 🏹 .7 bow; axe 🪓 .55; hammer 🔨 .5 mallet; anchor ⚓ .7; bomb 💣 .4; barrel 🛢 .7 oil_drum;
    trophy 🏆 .52; telescope 🔭 .7; bell 🔔 .42; boot 👢 .42; sneaker 👟 .34 shoe; skates ⛸ .4; suitcase 🧳 .52 luggage; treasure 💰 .46 money_bag money; coffin ⚰ .8; gravestone 🪦 .7 tombstone;
    skull 💀 .42; snow_globe 🔮 .42 crystal_ball; lantern 🏮 .5; teddy_bear 🧸 .52 teddy plush; doll 🪆 .5 matryoshka; television 📺 .6 tv; piano 🎹 .7 keyboard; accordion 🪗 .46;
    heart ❤! .62 love; crystal 💎 .5 gem diamond jewel gemstone; wheel 🛞 .5 tire; brick 🧱 .4 wall`,
  ),
  ...readKinds(
    'table',
    'room',
    `candle 🕯 .44; lamp 💡 .46 light_bulb bulb; book 📖 .34 novel; pile_of_books 📚 .42 stack_of_books textbooks bookshelf; pencil ✏ .4 pen crayon; paintbrush 🖌 .42 brush; palette 🎨 .38; scissors ✂ .36; key 🔑 .34;
    padlock 🔒 .38 lock; camera 📷 .38; radio 📻 .42; laptop 💻 .42 notebook; computer 🖥 .5 pc monitor; telephone ☎ .4; smartphone 📱 .42 phone mobile; alarm_clock ⏰ .42 clock;
    hourglass ⏳ .44; watch ⌚ .38; envelope ✉ .34 letter mail; scroll 📜 .4; microscope 🔬 .5; magnifying_glass 🔍 .36; test_tube 🧪 .42 potion; magnet 🧲 .36; ring 💍 .34;
    lipstick 💄 .38; glasses 👓 .26 spectacles; sunglasses 🕶 .26; trumpet 🎺 .4; saxophone 🎷 .5; microphone 🎤 .44; headphones 🎧 .42; game_controller 🎮 .36 gamepad;
    joystick 🕹 .4; dice 🎲 .36; puzzle 🧩 .38; chess_pawn ♟ .42 chess pawn; magic_wand 🪄 .42 wand; ribbon 🎀 .34; medal 🏅 .42; globe 🌍 .5; map 🗺 .4; compass 🧭 .36;
    coin 🪙 .32; bone 🦴 .32; plume 🪶 .38 feather quill; leaf 🍁 .36 maple_leaf; fallen_leaves 🍂 .36; yarn 🧶 .36 wool; needle 🪡 .36; t-shirt 👕 .5; gown 👗 .62; glove 🧤 .38 gloves;
    soap 🧼 .3; toothbrush 🪥 .4; spoon 🥄 .36; knife 🔪 .4; toolbox 🧰 .4; battery 🔋 .4; syringe 💉 .4; pill 💊 .3; newspaper 🗞 .38`,
  ),
];
