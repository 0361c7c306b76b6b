import { type Kind, readKinds } from './kind.js';

/** What lies or stands on tables. */
export const FOOD: readonly Kind[] = readKinds(
  'table',
  'room',
  `grapes 🍇 .42 grape; melon 🍈 .4 cantaloupe; watermelon 🍉 .42; tangerine 🍊 .36 mandarin clementine; lemon 🍋 .36 lime; banana 🍌 .4;
  pineapple 🍍 .58 ananas; mango 🥭 .38; apple 🍎 .38 fruit; pear 🍐 .42; peach 🍑 .38 apricot nectarine; cherry 🍒 .36 cherries;
  strawberry 🍓 .36 berry raspberry strawberries; blueberry 🫐 .34 blueberries; kiwi 🥝 .36; tomato 🍅 .36; coconut 🥥 .38; avocado 🥑 .4; eggplant 🍆 .42 aubergine;
  potato 🥔 .34; carrot 🥕 .42; corn 🌽 .46 maize; chili 🌶 .36 hot_pepper; bell_pepper 🫑 .38 paprika; cucumber 🥒 .36 pickle zucchini; lettuce 🥬 .42 cabbage;
  broccoli 🥦 .4; garlic 🧄 .34; onion 🧅 .34; chestnut 🌰 .32 nut acorn hazelnut; bread 🍞 .42 loaf toast; croissant 🥐 .36; baguette 🥖 .42; pretzel 🥨 .36;
  bagel 🥯 .36; pancakes 🥞 .4 pancake; waffle 🧇 .38; cheese 🧀 .38 cheddar; meat 🍖 .4 steak ham; drumstick 🍗 .4 chicken_leg; bacon 🥓 .36;
  hamburger 🍔 .42 burger cheeseburger; french_fries 🍟 .46 fries chips; pizza 🍕 .44 slice_of_pizza; hot_dog 🌭 .38 sausage; sandwich 🥪 .4; taco 🌮 .38; burrito 🌯 .4;
  egg 🥚 .34 eggs; fried_egg 🍳 .36 omelette; stew 🍲 .4 soup bowl_of_soup; salad 🥗 .4; popcorn 🍿 .5; bento 🍱 .36; rice 🍚 .38; curry 🍛 .36; ramen 🍜 .44 noodles noodle;
  spaghetti 🍝 .38 pasta; sushi 🍣 .34; dumpling 🥟 .34; soft_ice_cream 🍦 .5 ice_cream ice_cream_cone gelato icecream; sundae 🍨 .42; doughnut 🍩 .38 donut;
  cookie 🍪 .36 biscuit; cake 🎂 .48 birthday_cake; shortcake 🍰 .4 slice_of_cake piece_of_cake; cupcake 🧁 .42 muffin; pie 🥧 .36; chocolate 🍫 .4; candy 🍬 .34 sweets bonbon;
  lollipop 🍭 .46; custard 🍮 .36 pudding flan; honey_pot 🍯 .42 honey pot_of_honey; milk 🥛 .44 glass_of_milk; cup ☕ .42 mug coffee cup_of_tea cup_of_coffee mug_of_coffee cup_of_cocoa teacup espresso cappuccino; teapot 🫖 .42 kettle; green_tea 🍵 .38 tea;
  sake 🍶 .42; champagne 🍾 .58 bottle; wine 🍷 .5 goblet glass_of_wine; cocktail 🍸 .46 martini; tropical_drink 🍹 .48; beer 🍺 .46 ale glass_of_beer; juice 🧃 .44; bubble_tea 🧋 .5 boba;
  lemonade 🥤 .46 soda cola smoothie; bowl 🥣 .36; fork_and_knife 🍴 .42; jar 🫙 .42; amphora 🏺 .56 vase urn pot pottery jug pitcher`,
);
