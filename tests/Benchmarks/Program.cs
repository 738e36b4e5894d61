using System.Diagnostics;
using System.Numerics;
using System.Text.Json;
using EspProv.Srp;
var n = Convert.FromHexString(JsonDocument.Parse(File.ReadAllText("tests/Unit/vectors/srp6a.json")).RootElement.GetProperty("N_hex").GetString()!);
var m = new MontgomeryModulus(n, args.Length==0);
var r = new Random(1);
var N = new BigInteger(n, true, true);
byte[] Rnd(int k) { var b = new byte[k]; r.NextBytes(b); return b; }
unsafe { 
 using var mem = new MontgomeryMemory(2*m.Limbs+m.ScratchLimbs);
 for (int rep=0;rep<4;rep++){ var sw0=Stopwatch.StartNew(); m.ToMontgomery(Rnd(384), mem.Limbs, mem.Limbs+2*m.Limbs);
 for(int i=0;i<20000;i++) m.Multiply(mem.Limbs,mem.Limbs,mem.Limbs,mem.Limbs+2*m.Limbs);
 Console.WriteLine($"mult {sw0.Elapsed.TotalMicroseconds/20000:F3} us"); sw0.Restart();
 for(int i=0;i<20000;i++) m.Square(mem.Limbs,mem.Limbs,mem.Limbs+2*m.Limbs); 
 Console.WriteLine($"sqr {sw0.Elapsed.TotalMicroseconds/20000:F3} us"); }
}
var res = new byte[384];
foreach (var (bl, el) in new[]{(384,129),(1,64)}) for (int i=0;i<4;i++){
 var b=Rnd(bl); var e=Rnd(el);
 var sw=Stopwatch.StartNew(); MontgomeryPower.Power(m,b,e,res); var t=sw.Elapsed.TotalMilliseconds;
 sw.Restart(); var expect=BigInteger.ModPow(new BigInteger(b,true,true),new BigInteger(e,true,true),N); var t2=sw.Elapsed.TotalMilliseconds;
 Console.WriteLine($"{el}: {t:F3} ms bcl {t2:F3} {expect==new BigInteger(res,true,true)}");
}
var f=new MontgomeryFixedBase(m,[5],64);
for (int i=0;i<6;i++){ var e=Rnd(i==5?32:64); var sw=Stopwatch.StartNew(); f.Power(e,res); var t=sw.Elapsed.TotalMilliseconds;
 Console.WriteLine($"fixed {t:F3} ms {BigInteger.ModPow(5,new BigInteger(e,true,true),N)==new BigInteger(res,true,true)}");}
for (int k=0;k<3;k++){var e2=Rnd(64); var sw2=Stopwatch.StartNew(); for(int i=0;i<2000;i++) f.Power(e2,res); Console.WriteLine($"fixed avg {sw2.Elapsed.TotalMicroseconds/2000:F1} us");}
