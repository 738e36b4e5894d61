using EspProv.HelpBuilder;

// EspProv.HelpBuilder <module assembly> <folder of *.md> <help file to write>
if (args.Length != 3)
{
    Console.Error.WriteLine("usage: EspProv.HelpBuilder <module assembly> <folder of *.md> <help file to write>");
    return 2;
}

IReadOnlyList<CmdletMetadata> cmdlets = CmdletMetadata.ReadAll(args[0]);
HelpFolder sources = HelpFolder.Read(args[1]);
IReadOnlyList<string> problems = HelpCheck.Run(cmdlets, sources);
foreach (string problem in problems)
    Console.Error.WriteLine($"{args[1]} : error ESPHELP : {problem}");
if (problems.Count > 0)
    return 1;

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[2]))!);
MamlWriter.Write(args[2], cmdlets, sources);
return 0;
