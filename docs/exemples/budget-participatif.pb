META
key;value
description;Exemple fictif de budget participatif
country;France
unit;Exemple
num_projects;4
num_votes;5
budget;100000
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name
1;60000;3;Verger partagé
2;50000;3;Piste cyclable
3;40000;2;Bancs et ombre
4;45000;2;Atelier de réparation
VOTES
voter_id;age;vote
1;34;1,2
2;51;1,3
3;27;2,4
4;63;1,2,3
5;45;4
