using EspProv.Host.Files;

namespace EspProv.Tests.Host.Files;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("PROV_261FCC", "PROV_261FCC.svg")]
    [InlineData("Küche 2.OG", "Küche 2.OG.svg")]
    [InlineData("con", "_con.svg")]
    [InlineData("NUL", "_NUL.svg")]
    [InlineData("COM1", "_COM1.svg")]
    [InlineData("lpt9", "_lpt9.svg")]
    [InlineData("COM¹", "_COM¹.svg")]
    [InlineData("aux.kitchen", "_aux.kitchen.svg")]
    [InlineData("prn .x", "_prn .x.svg")]
    [InlineData("CONIN$", "_CONIN$.svg")]
    [InlineData("console", "console.svg")]
    [InlineData("COM10", "COM10.svg")]
    [InlineData("name. .", "name___.svg")]
    [InlineData("..", "__.svg")]
    [InlineData("", "_.svg")]
    [InlineData("../../etc/x", ".._.._etc_x.svg")]
    [InlineData("a\\b:c*d?e\"f<g>h|i", "a_b_c_d_e_f_g_h_i.svg")]
    [InlineData("\u001b]0;x\a", "_]0;x_.svg")]
    [InlineData("a\u202Egvs.exe", "a_gvs.exe.svg")]
    [InlineData("a\u2028b\0c", "a_b_c.svg")]
    public void A_name_of_a_device_becomes_a_file_name_for_every_system(string name, string expected)
    {
        Assert.Equal(expected, FileNames.Make(name, ".svg"));
        Assert.Null(FileNames.FindProblemOnWindows(expected));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_letter() => Assert.Equal("a__b", FileNames.Make("a" + (char)0xd800 + '_' + 'b'));

    [Theory]
    [InlineData("con.svg")]
    [InlineData("NUL")]
    [InlineData("COM1.txt")]
    [InlineData("nul .txt")]
    [InlineData("report.")]
    [InlineData("report.html ")]
    [InlineData("report.html:stream")]
    [InlineData("re\tport")]
    public void Names_that_Windows_has_no_file_of_are_known(string name) => Assert.NotNull(FileNames.FindProblemOnWindows(name));

    [Fact]
    public void A_path_that_was_given_is_refused_for_its_name_on_Windows_only()
    {
        string path = Path.Combine(Path.GetTempPath(), "con.svg");
        if (OperatingSystem.IsWindows())
            Assert.Contains("Give it another name", Assert.Throws<IOException>(() => ReplacementFile.Check(path, overwrite: true)).Message, StringComparison.Ordinal);
        else
            ReplacementFile.Check(path, overwrite: true);
    }
}
