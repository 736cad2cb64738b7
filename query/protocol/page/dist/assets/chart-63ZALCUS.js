import{c as a,d as b,e as c,f as d}from"./chunk-RENSOZC4.js";import"./chunk-QI72MIUF.js";export{c as chart,a as colours,d as lines,b as measures};
