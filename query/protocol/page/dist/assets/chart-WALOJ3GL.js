import{d as a,e as b,f as c,g as d}from"./chunk-WY3ARLJQ.js";import"./chunk-FAAML56N.js";export{c as chart,a as colours,d as lines,b as measures};
