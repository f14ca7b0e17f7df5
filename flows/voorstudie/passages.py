"""The passages of the pre-study: where in the source each rule and question finds its ground."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flows.passages import Evidence, Passage

# Headings, in the source's own words; a comma stands between a part and its section.

INTRODUCTION = "Inleiding"
PART_1 = (
    "Deel 1: Het selecteren van interventies voor het behandelen van getraumatiseerde gezinnen na "
    "huiselijk geweld"
)
_PART_1A = "Deel 1a: Literatuuronderzoek en bronnenraadpleging"
CHOICE_RELATIONSHIP = f"{_PART_1A}, Interventies gericht op het versterken van de ouder-kindrelatie"
CHOICE_CHILD = (
    f"{_PART_1A}, Interventies gericht op het behandelen van trauma bij jonge kinderen "
    "(0-6 jaar oud)"
)
CHOICE_ADULTS = f"{_PART_1A}, Interventies gericht op het behandelen van trauma bij volwassenen"
EXPERT_MEETING = "Deel 1b: Expertmeeting"
PART_1_CONCLUSION = "Conclusie deel 1 van de voorstudie"
PART_2 = (
    "Deel 2: Het ontwikkelen van een beslisboom voor het op maat vormgeven van behandeling voor "
    "gezinnen na huiselijk geweld"
)
LITERATURE = "Deel 2a: Literatuuronderzoek"
CLIENT_FACTORS = f"{LITERATURE}, Cliëntfactoren"
PROFESSIONAL_FACTORS = f"{LITERATURE}, Professionalfactoren"
ALLIANCE_FACTORS = (
    f"{LITERATURE}, Alliantiefactoren (specifiek: de alliantie tussen cliënt en professional)"
)
LITERATURE_CONCLUSION = f"{LITERATURE}, Conclusie literatuuronderzoek"
PROFESSIONALS = "Deel 2b: Input van professionals"
CLIENTS = "Deel 2c: Interviews met cliënten"
CLIENTS_CONCLUSION = f"{CLIENTS}, Conclusie cliëntinterviews"
PART_2_CONCLUSION = "Conclusie deel 2 van de voorstudie"
TREE_INTAKE = f"{PART_2_CONCLUSION}, 1. Diagnostisch besluitvormingsproces"
TREE_RELATIONSHIP = f"{PART_2_CONCLUSION}, 2. Behandeling gericht op de ouder-kindrelatie"
TREE_PARENT = f"{PART_2_CONCLUSION}, 3. Traumabehandeling voor de ouder"
TREE_CHILD = f"{PART_2_CONCLUSION}, 4. Traumabehandeling voor het kind"
OUTLOOK = "Conclusie en vooruitblik"

_ALL = (
    # A. When a component starts, waits, is broken off or goes on
    Passage("A01", TREE_RELATIONSHIP, 17, (643, 650), Evidence.CON),
    Passage("A02", TREE_RELATIONSHIP, 17, (646, 648), Evidence.CON),
    Passage("A03", TREE_RELATIONSHIP, 17, (647, 648), Evidence.CON),
    Passage("A04", TREE_RELATIONSHIP, 17, (648, 650), Evidence.CON),
    Passage("A05", TREE_RELATIONSHIP, 17, (649, 650), Evidence.CON),
    Passage("A06", TREE_PARENT, 17, (651, 655), Evidence.CON),
    Passage("A07", TREE_PARENT, 17, (653, 655), Evidence.CON),
    Passage("A08", CLIENT_FACTORS, 9, (281, 284), Evidence.LIT),
    Passage("A09", LITERATURE_CONCLUSION, 12, (430, 433), Evidence.LIT_CON),
    Passage("A10", TREE_CHILD, 18, (657, 662), Evidence.CON),
    Passage("A11", TREE_CHILD, 18, (659, 660), Evidence.CON),
    Passage("A12", TREE_CHILD, 18, (660, 661), Evidence.CON),
    Passage("A13", TREE_CHILD, 18, (661, 662), Evidence.CON),
    Passage("A14", TREE_CHILD, 18, (662, 662), Evidence.CON),
    Passage("A15", ALLIANCE_FACTORS, 12, (410, 412), Evidence.LIT),
    Passage("A16", LITERATURE_CONCLUSION, 12, (433, 435), Evidence.LIT_CON),
    Passage("A17", PROFESSIONALS, 13, (485, 486), Evidence.EXP_LIST),
    Passage("A18", PROFESSIONALS, 13, (484, 484), Evidence.EXP_LIST),
    Passage("A19", CLIENT_FACTORS, 10, (352, 354), Evidence.LIT),
    Passage("A20", CLIENT_FACTORS, 10, (357, 358), Evidence.LIT),
    Passage("A21", CLIENT_FACTORS, 11, (361, 363), Evidence.LIT),
    Passage("A22", LITERATURE_CONCLUSION, 12, (422, 427), Evidence.LIT_CON),
    Passage("A23", PROFESSIONALS, 13, (474, 476), Evidence.EXP_LIST),
    Passage("A24", PROFESSIONALS, 14, (497, 500), Evidence.EXP_LIST),
    Passage("A25", PROFESSIONALS, 13, (477, 477), Evidence.EXP_LIST),
    Passage("A26", PROFESSIONALS, 13, (470, 473), Evidence.EXP_LIST),
    Passage("A27", CLIENT_FACTORS, 9, (285, 287), Evidence.LIT),
    Passage("A28", INTRODUCTION, 1, (15, 17), Evidence.LIT),
    Passage("A29", INTRODUCTION, 1, (27, 30), Evidence.LIT),
    Passage("A30", CLIENT_FACTORS, 9, (271, 276), Evidence.LIT),
    Passage("A31", CLIENT_FACTORS, 9, (290, 297), Evidence.LIT),
    # B. Which order is preferred
    Passage("B01", PROFESSIONALS, 15, (538, 539), Evidence.EXP_DIV),
    Passage("B02", PROFESSIONALS, 15, (539, 542), Evidence.EXP_CON),
    Passage("B03", PROFESSIONALS, 15, (541, 542), Evidence.EXP_CON),
    Passage("B04", PROFESSIONALS, 15, (544, 547), Evidence.EXP_DIV),
    Passage("B05", PROFESSIONALS, 15, (547, 548), Evidence.EXP_MAJ),
    Passage("B06", PROFESSIONALS, 15, (542, 544), Evidence.EXP_CON, context=True),
    Passage("B07", CLIENTS, 16, (582, 584), Evidence.CLI, clients=(3, 4)),
    Passage("B08", CLIENTS, 16, (584, 586), Evidence.CLI, clients=(3, 4)),
    Passage("B09", CLIENTS, 16, (586, 589), Evidence.CLI, clients=(1, 4)),
    Passage("B10", CLIENTS, 16, (589, 593), Evidence.CLI, clients=(1, 4)),
    Passage("B11", CLIENTS, 16, (593, 597), Evidence.CLI, clients=(1, 4)),
    Passage("B12", CLIENTS_CONCLUSION, 17, (617, 619), Evidence.CLI_CON),
    Passage("B13", CLIENTS_CONCLUSION, 17, (618, 622), Evidence.CLI_CON),
    Passage("B14", CLIENTS_CONCLUSION, 17, (620, 622), Evidence.CLI_CON),
    Passage("B15", CLIENTS, 16, (580, 582), Evidence.CLI),
    Passage("B16", PROFESSIONALS, 15, (532, 535), Evidence.EXP_CON),
    Passage("B17", PROFESSIONALS, 15, (535, 538), Evidence.EXP_CON),
    Passage("B18", LITERATURE_CONCLUSION, 12, (428, 430), Evidence.LIT_NEG),
    Passage("B19", LITERATURE_CONCLUSION, 12, (419, 421), Evidence.LIT_NEG),
    Passage("B20", CLIENT_FACTORS, 10, (338, 340), Evidence.LIT_NEG, context=True),
    Passage("B21", CLIENT_FACTORS, 9, (301, 303), Evidence.LIT, context=True),
    Passage("B22", CLIENTS_CONCLUSION, 17, (623, 626), Evidence.CLI_CON, context=True),
    Passage("B23", INTRODUCTION, 1, (30, 33), Evidence.LIT, context=True),
    Passage("B24", PART_2_CONCLUSION, 17, (630, 632), Evidence.CON),
    # C. What may have to be dealt with before any component
    Passage("C01", PROFESSIONALS, 14, (524, 526), Evidence.EXP),
    Passage("C02", PROFESSIONALS, 13, (481, 483), Evidence.EXP_LIST),
    Passage("C03", PROFESSIONALS, 13, (482, 483), Evidence.EXP_LIST),
    Passage("C04", PART_2, 8, (242, 243), Evidence.DES),
    Passage("C05", PART_2, 8, (243, 244), Evidence.DES),
    Passage("C06", PART_2, 8, (244, 245), Evidence.DES),
    Passage("C07", PROFESSIONALS, 14, (487, 489), Evidence.EXP_LIST),
    Passage("C08", PROFESSIONALS, 14, (490, 490), Evidence.EXP_LIST),
    Passage("C09", PROFESSIONALS, 14, (491, 492), Evidence.EXP_LIST),
    Passage("C10", PROFESSIONALS, 14, (493, 494), Evidence.EXP_LIST),
    Passage("C11", PROFESSIONALS, 14, (495, 496), Evidence.EXP_LIST),
    Passage("C12", PROFESSIONALS, 13, (478, 480), Evidence.EXP_LIST),
    Passage("C13", CLIENTS, 16, (605, 607), Evidence.CLI),
    Passage("C14", CLIENTS, 16, (607, 608), Evidence.CLI),
    Passage("C15", PROFESSIONALS, 14, (526, 528), Evidence.EXP),
    Passage("C16", PROFESSIONALS, 14, (503, 503), Evidence.EXP_LIST),
    Passage("C17", CLIENTS, 16, (608, 609), Evidence.CLI),
    # D. What the intake collects
    Passage("D01", TREE_INTAKE, 17, (635, 636), Evidence.CON),
    Passage("D02", TREE_INTAKE, 17, (635, 637), Evidence.CON),
    Passage("D03", TREE_INTAKE, 17, (636, 637), Evidence.CON),
    Passage("D04", TREE_INTAKE, 17, (638, 639), Evidence.CON),
    Passage("D05", TREE_INTAKE, 17, (640, 641), Evidence.CON),
    Passage("D06", TREE_INTAKE, 17, (642, 642), Evidence.CON),
    Passage("D07", PROFESSIONAL_FACTORS, 11, (381, 384), Evidence.LIT, context=True),
    Passage("D08", PROFESSIONAL_FACTORS, 11, (382, 383), Evidence.LIT),
    Passage("D09", PROFESSIONAL_FACTORS, 11, (383, 384), Evidence.LIT),
    Passage("D10", PROFESSIONALS, 14, (501, 502), Evidence.EXP_LIST),
    Passage("D11", PROFESSIONAL_FACTORS, 11, (377, 378), Evidence.LIT),
    Passage("D12", LITERATURE_CONCLUSION, 12, (436, 439), Evidence.LIT_CON),
    Passage("D13", PROFESSIONAL_FACTORS, 11, (384, 386), Evidence.LIT, context=True),
    # E. Variants of the components
    Passage("E01", PART_1_CONCLUSION, 7, (208, 210), Evidence.CON),
    Passage("E02", EXPERT_MEETING, 6, (188, 190), Evidence.EXP_MAJ),
    Passage("E03", CHOICE_CHILD, 5, (135, 138), Evidence.LIT),
    Passage("E04", CHOICE_CHILD, 5, (138, 139), Evidence.LIT_NEG),
    Passage("E05", CHOICE_CHILD, 5, (134, 135), Evidence.LIT_NEG),
    Passage("E06", CHOICE_CHILD, 5, (145, 147), Evidence.LIT),
    Passage("E07", CLIENTS, 15, (559, 559), Evidence.CLI),
    Passage("E08", CHOICE_CHILD, 5, (139, 143), Evidence.LIT),
    Passage("E09", CHOICE_RELATIONSHIP, 4, (84, 89), Evidence.LIT),
    Passage("E10", CHOICE_RELATIONSHIP, 4, (90, 96), Evidence.LIT),
    Passage("E11", CHOICE_RELATIONSHIP, 4, (93, 95), Evidence.LIT),
    Passage("E12", CHOICE_RELATIONSHIP, 4, (97, 118), Evidence.LIT),
    Passage("E13", CHOICE_RELATIONSHIP, 5, (119, 124), Evidence.LIT),
    Passage("E14", CHOICE_RELATIONSHIP, 5, (125, 130), Evidence.LIT),
    Passage("E15", PART_1, 3, (58, 66), Evidence.DES),
    Passage("E16", PART_1, 3, (66, 75), Evidence.DES),
    Passage("E17", EXPERT_MEETING, 6, (182, 184), Evidence.EXP),
    Passage("E18", EXPERT_MEETING, 6, (184, 187), Evidence.EXP_DIV),
    Passage("E19", PART_1_CONCLUSION, 7, (219, 226), Evidence.CON),
    Passage("E20", EXPERT_MEETING, 6, (191, 193), Evidence.EXP_MAJ),
    Passage("E21", EXPERT_MEETING, 6, (192, 193), Evidence.EXP_MAJ),
    Passage("E22", CHOICE_ADULTS, 5, (149, 155), Evidence.LIT),
    Passage("E23", CHOICE_ADULTS, 6, (164, 166), Evidence.LIT),
    Passage("E24", PART_1_CONCLUSION, 7, (212, 215), Evidence.CON),
    Passage("E25", PART_1_CONCLUSION, 7, (216, 218), Evidence.CON),
    # Beyond the specification's list: what the catalogue of interventions says rests on these.
    Passage("E26", CHOICE_RELATIONSHIP, 4, (80, 82), Evidence.LIT),
    Passage("E27", CHOICE_CHILD, 5, (143, 145), Evidence.LIT),
    Passage("E28", CHOICE_ADULTS, 5, (155, 164), Evidence.LIT),
    Passage("E29", PART_1_CONCLUSION, 7, (210, 211), Evidence.CON),
    Passage("E30", PART_1_CONCLUSION, 7, (215, 216), Evidence.CON),
    Passage("E31", PART_1, 4, (102, 116), Evidence.DES),
    # F. Cautions
    Passage("F01", EXPERT_MEETING, 7, (203, 206), Evidence.EXP),
    Passage("F02", EXPERT_MEETING, 7, (204, 206), Evidence.EXP),
    Passage("F03", EXPERT_MEETING, 7, (205, 206), Evidence.EXP),
    Passage("F04", EXPERT_MEETING, 6, (196, 197), Evidence.EXP),
    Passage("F05", EXPERT_MEETING, 6, (197, 199), Evidence.EXP),
    Passage("F06", EXPERT_MEETING, 6, (199, 202), Evidence.EXP),
    Passage("F07", CLIENT_FACTORS, 10, (318, 319), Evidence.LIT_NEG, context=True),
    Passage("F08", CLIENT_FACTORS, 10, (324, 325), Evidence.LIT_NEG),
    Passage("F09", CLIENT_FACTORS, 9, (309, 313), Evidence.LIT),
    Passage("F10", CLIENT_FACTORS, 10, (316, 317), Evidence.LIT),
    Passage("F11", ALLIANCE_FACTORS, 12, (407, 409), Evidence.LIT),
    Passage("F12", LITERATURE_CONCLUSION, 12, (440, 447), Evidence.LIT_NEG),
    Passage("F13", OUTLOOK, 19, (667, 672), Evidence.CON),
    Passage("F14", PART_2_CONCLUSION, 17, (628, 629), Evidence.CON),
    Passage("F15", PART_2_CONCLUSION, 18, (663, 665), Evidence.CON),
    Passage("F16", OUTLOOK, 19, (675, 678), Evidence.CON),
    Passage("F17", CLIENTS, 15, (552, 554), Evidence.CLI),
    Passage("F18", PROFESSIONALS, 13, (458, 461), Evidence.EXP),
    Passage("F19", LITERATURE, 8, (260, 261), Evidence.LIT, context=True),
    Passage("F20", CLIENT_FACTORS, 9, (277, 278), Evidence.LIT_NEG),
    Passage("F21", ALLIANCE_FACTORS, 12, (403, 405), Evidence.LIT),
    Passage("F22", CLIENT_FACTORS, 10, (328, 340), Evidence.LIT_NEG, context=True),
    Passage("F23", CLIENT_FACTORS, 10, (321, 324), Evidence.LIT),
    Passage("F24", OUTLOOK, 19, (674, 675), Evidence.CON),
    # G. Intensity, monitoring, stagnation
    Passage("G01", CLIENTS, 16, (598, 601), Evidence.CLI, clients=(3, 4)),
    Passage("G02", CLIENTS, 16, (600, 601), Evidence.CLI),
    Passage("G03", CLIENTS_CONCLUSION, 17, (622, 623), Evidence.CLI_CON),
    Passage("G04", PROFESSIONALS, 14, (510, 511), Evidence.EXP_LIST, context=True),
    Passage("G05", PROFESSIONALS, 14, (511, 512), Evidence.EXP_LIST, context=True),
    Passage("G06", ALLIANCE_FACTORS, 12, (412, 413), Evidence.LIT),
    Passage("G07", ALLIANCE_FACTORS, 12, (416, 417), Evidence.LIT, context=True),
    Passage("G08", PROFESSIONALS, 14, (516, 517), Evidence.EXP_LIST),
    Passage("G09", PROFESSIONALS, 15, (529, 530), Evidence.EXP_CON, context=True),
    Passage("G10", CLIENT_FACTORS, 10, (350, 351), Evidence.LIT),
    # H. Supplementary help
    Passage("H01", PART_2, 8, (247, 248), Evidence.DES),
    Passage("H02", PROFESSIONALS, 15, (530, 532), Evidence.EXP_CON),
    Passage("H03", PROFESSIONALS, 14, (504, 506), Evidence.EXP_LIST),
    Passage("H04", PROFESSIONALS, 14, (513, 515), Evidence.EXP_LIST),
    Passage("H05", PROFESSIONALS, 14, (518, 522), Evidence.EXP_CON),
    Passage("H06", CLIENTS_CONCLUSION, 17, (623, 625), Evidence.CLI_CON),
    # I. Professional and alliance factors
    Passage("I01", PROFESSIONAL_FACTORS, 11, (371, 372), Evidence.LIT),
    Passage("I02", PROFESSIONAL_FACTORS, 11, (374, 378), Evidence.LIT, context=True),
    Passage("I03", PROFESSIONAL_FACTORS, 11, (379, 380), Evidence.LIT_NEG, context=True),
    Passage("I04", ALLIANCE_FACTORS, 11, (388, 393), Evidence.LIT),
    Passage("I05", ALLIANCE_FACTORS, 11, (398, 399), Evidence.LIT),
    Passage("I06", ALLIANCE_FACTORS, 12, (405, 406), Evidence.LIT),
    Passage("I07", ALLIANCE_FACTORS, 12, (413, 415), Evidence.LIT),
    Passage("I08", PROFESSIONALS, 14, (508, 509), Evidence.EXP_LIST),
    Passage("I09", CLIENTS, 15, (569, 574), Evidence.CLI, clients=(4, 4)),
    Passage("I10", CLIENTS, 16, (574, 576), Evidence.CLI),
    Passage("I11", CLIENTS_CONCLUSION, 17, (616, 617), Evidence.CLI_CON),
    # J. How clients were interviewed
    Passage("J01", CLIENTS, 15, (559, 562), Evidence.CLI, context=True),
    Passage("J02", CLIENTS, 15, (562, 564), Evidence.CLI, context=True),
    Passage("J03", CLIENTS, 15, (564, 566), Evidence.CLI, context=True),
    Passage("J04", CLIENTS, 15, (566, 567), Evidence.CLI, context=True),
    Passage("J05", CLIENTS, 15, (557, 558), Evidence.CLI),
    Passage("J06", CLIENTS, 15, (554, 556), Evidence.PLAN, context=True),
)

PASSAGES: Mapping[str, Passage] = MappingProxyType({passage.id: passage for passage in _ALL})
