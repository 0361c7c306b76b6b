import { type Kind, readKinds } from './kind.js';

/** Buildings, plants and whatever drives, floats or flies. */
export const PLACES: readonly Kind[] = [
  ...readKinds(
    'back',
    null,
    `house 🏡 1.9 village villages cottage home farmhouse villa bungalow mansion; cabin 🛖 1.5 hut shack barn shed igloo; castle 🏰 2.4 palace fortress citadel; japanese_castle 🏯 2.3 pagoda;
    church ⛪ 2.1 chapel cathedral; mosque 🕌 2.2; hindu_temple 🛕 2.2; shrine ⛩ 1.7 torii; museum 🏛 1.9 parthenon temple acropolis; factory 🏭 1.9;
    school 🏫 1.9 university college; hospital 🏥 2; bank 🏦 1.9; hotel 🏨 2; shop 🏪 1.7 store convenience_store supermarket market bakery; department_store 🏬 2.1 mall;
    post_office 🏤 1.9; office_building 🏢 2.3; stadium 🏟 1.6 arena; tent ⛺ 1.2 camp; circus 🎪 1.8 circus_tent; fountain ⛲ 1.3; ferris_wheel 🎡 2.2;
    carousel 🎠 1.2 merry-go-round; roller_coaster 🎢 2; eiffel_tower 🗼 2.6; statue_of_liberty 🗽 2.5; moai 🗿 1.5 statue sculpture easter_island; volcano 🌋 2.6; windmill - 2.3 mill;
    roof - 1.25 rooftop roofs; tower - 2.5 skyscraper; tree 🌳 2 oak maple willow birch linden elm ash; pine 🌲 2.1 fir spruce conifer evergreen cypress;
    christmas_tree 🎄 2 xmas_tree; bamboo 🎋 1.7; palm 🌴 2.1 palm_tree; fence - .8; bridge - 1.3`,
  ),
  ...readKinds('back', 'sea', 'lighthouse - 2.4'),
  ...readKinds('ground', 'desert', 'cactus 🌵 1.1 cacti'),
  ...readKinds(
    'ground',
    null,
    `flower 🌸! .58 flowers blossom bloom daisy poppy lily orchid; rose 🌹 .52; tulip 🌷 .52; sunflower 🌻 .7; hibiscus 🌺 .4; marigold 🌼 .4; bouquet 💐 .5 bouquet_of_flowers bouquet_of_roses bunch_of_flowers; lotus 🪷 .34 water_lily;
    potted_plant 🪴 .62 houseplant plant; herb 🌿 .42 fern; clover 🍀 .36 four_leaf_clover shamrock; seedling 🌱 .34 sprout; wheat 🌾 .6; mushroom 🍄 .46 toadstool fungus;
    log 🪵 .34 branch twig tree_trunk stump; rock 🪨 .42 stone boulder; nest 🪺 .34 bird_nest; campfire 🔥 .5 fire bonfire flame; pumpkin 🎃 .46 jack-o'-lantern jack-o-lantern halloween`,
  ),
  ...readKinds(
    'ground',
    'city',
    `car 🚗 .8 automobile sedan; taxi 🚕 .8 cab; jeep 🚙 .85 suv van; bus 🚌 1.25; trolleybus 🚎 1.25; minibus 🚐 1.1 camper; ambulance 🚑 1.1; fire_engine 🚒 1.15 fire_truck firetruck;
    police_car 🚓 .8; truck 🚚 1.15 lorry; racing_car 🏎 .6 sports_car race_car; motorcycle 🏍 .75 motorbike; scooter 🛵 .75 moped vespa; kick_scooter 🛴 .7; bicycle 🚲 .75 bike;
    skateboard 🛹 .36; tram 🚊 1.2 trolley streetcar; traffic_light 🚦 1; mailbox 📮 .75 postbox letterbox`,
  ),
  ...readKinds(
    'ground',
    null,
    `tractor 🚜 1; train 🚂 1.2 steam_train locomotive; high-speed_train 🚄 1 bullet_train; sled 🛷 .5 sleigh sledge; wheelchair 🦽 .75; ladder 🪜 1; cart 🛒 .75 shopping_cart`,
  ),
  ...readKinds(
    'air',
    null,
    `airplane ✈ .6 plane aeroplane jet aircraft; small_airplane 🛩 .6 biplane; helicopter 🚁 .62; balloon - .9 hot_air_balloon balloons zeppelin blimp;
    party_balloon 🎈 .5 toy_balloon; kite 🪁 .5; parachute 🪂 .8 skydiver paraglider`,
  ),
  ...readKinds(
    'air',
    'space',
    'rocket 🚀 .8 spaceship spacecraft space_shuttle starship; satellite 🛰 .6; comet ☄ .6 meteor asteroid',
  ),
  ...readKinds(
    'water',
    'sea',
    'boat ⛵ 1.1 sailboat yacht sailing_boat; ship 🚢 1.2 ocean_liner cruise_ship steamer vessel; ferry ⛴ 1; motorboat 🚤 .7 speedboat',
  ),
  ...readKinds('water', 'lake', 'canoe 🛶 .5 kayak rowboat gondola'),
];
