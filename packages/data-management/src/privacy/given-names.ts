/** Given names that are frequent in German and English speaking countries, in lower case. Those that are words too stand in `alsoWords`. */
const names = `
aaron adam adrian alan albert alex alexander alexandra alfred alice alina alison amanda amelie amy ana andrea andreas andrew angela angelika anita anja anke ann anna anne
annette annika anthony antje anton antonia armin arthur astrid barbara bastian beate ben benjamin bernd bernhard bettina bianca birgit björn bob brandon brian brigitte britta
bruce bryan carina carl carla carmen carol caroline carolin catherine cathy celine chantal charles charlotte chloe chris christa christian christiane christina christine christoph
christopher claire clara claudia cindy clemens connor constanze corinna cornelia craig cynthia dagmar daniel daniela danielle david debbie deborah denise dennis derek detlef diana
diane dieter dirk dominik donald donna doris dorothea dorothy dustin dylan edward eileen elena elias elisa elisabeth elizabeth elke ellen emil emily emma eric erich erik erika
ernst esther ethan eugen eva evelyn fabian felix ferdinand finn florian frank franz franziska fred frederick frieda friedrich fritz gabi gabriel gabriele gareth gary georg george
gerald gerd gerhard gertrud gisela graham greg gregor gregory gudrun günter günther hanna hannah hannelore hannes hans harald harry heather heidi heike heiko heiner heinrich heinz
helen helena helga helmut hendrik henning henry herbert hermann hildegard holger horst hubert ian ilona ilse ines inga inge ingo ingrid irene irina iris isabel isabella isabelle
jack jacob jacqueline jakob jake james jamie jan jana jane janet janina janine jason jasmin jean jeff jeffrey jenna jennifer jenny jens jeremy jerry jessica jessie jill jim joachim
joan joanna jochen joe joel johann johanna johannes john jonas jonathan jordan jörg josef joseph josh joshua joyce judith judy julia julian juliane julie jürgen justin jutta kai
karen karin karina karl karla karoline karsten katharina kathleen kathrin kathryn kathy katie katja katrin kay keith kelly ken kenneth kerstin kevin kim kimberly klaus konrad
konstantin kristin kristina kurt kyle lara larry lars laura lauren lea leah lena leon leonard leonie lennart liam lilian lina linda lisa lothar louis louise luca lucas lucy ludwig
luisa lukas lutz lydia magdalena maik maike malte mandy manfred manuel manuela marc marcel marco marcus margaret margarete margit maria marian marianne marie marina mario marion
markus marlene marlies marta martha martin martina mary mathias mathilda matt matthew matthias maximilian meike melanie melissa merle michael michaela michelle miguel mike miriam
mirko mohammed molly monica monika moritz nadine nadja nancy natalie natascha nathan neil nick nico nicola nicolas nicole niels nikolaus nils nina noah nora norbert norman oleg olga
oliver olivia oskar otto pamela pascal patricia patrick paul paula pauline peggy peter petra philip philipp phillip pia rachel rainer ralf ralph ramona raphael raymond rebecca regina
reinhard renate rene rené richard rita robert robin rolf roland roman ronald ronny rosemarie roswitha rüdiger rudolf ruth ryan sabine sabrina sally sam samantha samuel sandra sara
sarah saskia scott sean sebastian sharon shirley siegfried sigrid silke silvia simon simone sofia sonja sophia sophie stefan stefanie steffen stephan stephanie stephen steve steven
stuart susan susanne svea sven svenja sybille sylvia tamara tanja tara ted teresa terry theo theodor theresa thomas thorsten tim timo timothy tina tobias todd tom toni tony torsten
tracy travis trevor tyler udo ulf ulrich ulrike ulla ursula ute uwe valentin vanessa vera verena veronika vicky victor victoria viktor viktoria vincent viola volker walter wanda
wendy werner wiebke wilfried wilhelm william willi wolfgang wolfram yannick yvonne zoe
aisha ahmed ali amir anil deepak fatima hassan ibrahim kumar mehmet mustafa priya rahul rajesh ravi sanjay sunita vijay yusuf elif emre jun wei ying
`

const alsoWords = `art august bill chance christian cliff dale dawn don drew earl ernst eve faith frank gene grace grant guy hope iris ivy jack jean joy ken kay max may mark martin miles
norman olive page pat paris penny pearl ray rich rob roman rose ruby rusty sally sam sandy skip stern summer sunny ted terry tom troy viola violet ward will wolf wilhelm`

const known: ReadonlySet<string> = new Set(names.trim().split(/\s+/))
const ambiguous: ReadonlySet<string> = new Set(alsoWords.trim().split(/\s+/))

/** Whether a word is a given name, and whether it is a word of its own as well. */
export function givenNameOf(word: string): 'name' | 'also a word' | undefined {
  const lower = word.toLowerCase()
  if (ambiguous.has(lower)) return 'also a word'
  return known.has(lower) ? 'name' : undefined
}
