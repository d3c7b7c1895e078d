"""Ordinary English sentences, written for the tokenizer: words that prompts use and captions do not."""

__all__ = ["ENGLISH"]

ENGLISH = """
the and of to in a is that it was for on are with as his her they at be this from have or by one had not
but what all were when we there can an your which their said if do will each about how up out them then
she many some so these would other into has more two like him see time could no make than first been its
who now people my made over did down only way find use may water long little very after words called just
where most know get through back much before go good new write our used me man too any day same right
look think also around another came come work three word must because does part even place well such here
take why things help put years different away again off went old number great tell men say small every
found still between name should mr home big give air line set own under read last never us left end along
while might next sound below saw something thought both few those always looked show large often together
asked house world going want school important until form food keep children feet land side without boy
once animals life enough took sometimes four head above kind began almost live page got earth need far
hand high year mother light parts country father let night following picture being study second eyes soon
times story boys since white days ever paper hard near sentence better best across during today others
however sure means knew try told young miles sun ways thing whole hear example heard several change
answer room sea against top turned learn point city play toward five using himself usually money seen car
morning body upon family later turn move face door cut done group half red fish plants living wanted
black short run book gave order open ground cold really table remember tree course front american space
inside ago sad early learned brought close nothing though idea lived became add become grow draw yet less
wind behind cannot letter among able dog shown mean english rest perhaps certain six feel fire ready
green built special ran full town complete oh person hot anything hold state list stood hundred ten fast
felt kept notice strong voice probably area horse matter stand box start that class piece surface river
common stop am talk whether fine round dark past ball girl road blue instead either held already warm
gone finally summer understand moon wonder window winter wide silence slowly quietly empty waiting
remember promise careful patience answer question neighbour brother sister daughter son wife husband
friend stranger guest clerk captain sailor soldier singer dancer doctor teacher baker writer thief king
queen prince ghost camera frame scene shot film picture close wide medium slow quick cut fade focus lens
shadow silhouette reflection grain colour bright pale soft hard deep flat warm cool glow beam dust smoke
steam wet dry broken torn folded painted wooden metal glass paper stone brick brass copper silver gold
velvet wool silk cotton leather chair bed lamp shelf drawer mirror clock bell key lock stairs corridor
wall floor ceiling roof chimney fence gate bridge path field garden lake river beach cliff island
mountain valley desert cave cloud storm thunder lightning bird cat mouse bear wolf owl crow gull rabbit
deer sheep cow pig goat bee butterfly apple bread butter soup coffee tea sugar salt wine bottle plate
spoon knife piano violin drum trumpet song melody chord music rhythm whisper shout laugh cry smile weep
breathe sleep dream wake arrive leave return wait follow lead carry drop lift push pull throw catch hide
seek open close knock enter climb fall jump dance kneel crawl swim float fly drive ride row sail write
read draw paint build mend break burn freeze melt shine vanish appear forget forgive believe doubt hope
fear love hate miss need
""".strip().split("\n")
