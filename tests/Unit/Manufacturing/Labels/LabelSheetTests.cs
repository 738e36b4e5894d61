using System.Xml.Linq;
using EspProv.Devices;
using EspProv.Manufacturing.Labels;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Tests.Manufacturing.Labels;

public class LabelSheetTests
{
    [SkippableTheory]
    [InlineData(LabelPageSize.A4, 3, 8)]
    [InlineData(LabelPageSize.Letter, 3, 8)]
    [InlineData(LabelPageSize.A4, 5, 9)]
    [InlineData(LabelPageSize.A4, 1, 2)]
    [InlineData(LabelPageSize.Letter, 4, 5)]
    public void Another_reader_reads_every_label_of_a_page_that_another_program_drew(LabelPageSize size, int columns, int rows)
    {
        QrPayload[] payloads = Batch(columns * rows);
        string page = Assert.Single(LabelSheet.ToSvgPages(payloads, new() { PageSize = size, Columns = columns, Rows = rows, ShowProofOfPossession = true }));

        Assert.Equal(payloads.Select(p => p.ToJson()).Order(StringComparer.Ordinal), OutsideReader.Decode(OutsideReader.Draw(page, dotsPerInch: 300), ".png"));
    }

    [Theory]
    [InlineData(LabelPageSize.A4, "210mm", "297mm")]
    [InlineData(LabelPageSize.Letter, "215.9mm", "279.4mm")]
    public void A_page_has_the_papers_size_and_each_label_its_name(LabelPageSize size, string width, string height)
    {
        XElement page = XDocument.Parse(LabelSheet.ToSvgPages(Batch(5), new() { PageSize = size }).Single()).Root!;

        Assert.Equal(width, page.Attribute("width")!.Value);
        Assert.Equal(height, page.Attribute("height")!.Value);
        Assert.Equal(Batch(5).Select(p => p.Name), page.Descendants().Where(e => e.Name.LocalName == "title").Select(e => e.Value));
    }

    [Fact]
    public void A_batch_fills_page_after_page_and_is_not_read_further_than_asked_for()
    {
        int taken = 0;
        IEnumerable<string> pages = LabelSheet.ToSvgPages(Batch(100).Select(p =>
        {
            taken++;
            return p;
        }), new() { Columns = 2, Rows = 5 });

        Assert.Contains("Page 1 ", pages.First(), StringComparison.Ordinal);
        Assert.Equal(10, taken);
        Assert.Equal(10, pages.Count());
    }

    [Fact]
    public void The_html_has_all_pages_and_the_paper()
    {
        using var writer = new StringWriter();
        LabelSheet.WriteHtml(writer, Batch(25), new() { PageSize = LabelPageSize.Letter });
        string html = writer.ToString();

        Assert.Contains("@page { size: 215.9mm 279.4mm; margin: 0 }", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("<svg ").Length - 1);
        Assert.EndsWith("</html>\n", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_proof_of_possession_is_in_words_only_when_asked_for()
    {
        Assert.DoesNotContain("pop-", LabelSheet.ToSvgPages(Batch(3)).Single(), StringComparison.Ordinal);
        Assert.Contains("Proof of possession", LabelSheet.ToSvgPages(Batch(3), new() { ShowProofOfPossession = true }).Single(), StringComparison.Ordinal);
        Assert.Contains("pop-0002", LabelSheet.ToSvgPages(Batch(3), new() { ShowProofOfPossession = true }).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_of_security_2_has_its_username_and_password_on_the_label()
    {
        using var payload = new QrPayload
        {
            Name = "PROV_1",
            Transport = ProvisioningTransport.SoftAP,
            SecurityVersion = SecurityVersion.Security2,
            Username = "line-7",
            ProofOfPossession = Secret.FromUtf8("word-0001"),
        };
        string page = LabelSheet.ToSvgPages([payload], new() { ShowProofOfPossession = true }).Single();
        Assert.All(["Username", "line-7", "Password", "word-0001"], text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("Proof of possession", page, StringComparison.Ordinal);
        Assert.DoesNotContain("line-7", LabelSheet.ToSvgPages([payload]).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_text_whatever_is_in_them()
    {
        using var payload = new QrPayload { Name = "<b>&\"'\u0001\uFFFE😀", Transport = ProvisioningTransport.SoftAP };
        var page = XDocument.Parse(LabelSheet.ToSvgPages([payload]).Single());
        Assert.Equal("<b>&\"'\\u{1}\\u{FFFE}😀", page.Descendants().Single(e => e.Name.LocalName == "title").Value);
    }

    [Fact]
    public void Labels_that_would_be_too_small_to_read_are_refused()
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => LabelSheet.ToSvgPages(Batch(1), new() { Columns = 12, Rows = 40 }).First());
        Assert.Equal(ProvisioningErrorReason.LabelTooSmall, error.Reason);
        Assert.Contains("12 × 40", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public void A_page_has_at_least_one_label(int columns, int rows)
        => Assert.Throws<ArgumentOutOfRangeException>(() => LabelSheet.ToSvgPages(Batch(1), new() { Columns = columns, Rows = rows }));

    private static QrPayload[] Batch(int count) => [.. Enumerable.Range(1, count).Select(i => new QrPayload
    {
        Name = i % 7 == 0 ? $"PROV_A_LONGER_NAME_OF_29_{i:D4}" : $"PROV_{0x261FCC + i:X6}",
        Transport = i % 2 == 0 ? ProvisioningTransport.SoftAP : ProvisioningTransport.Ble,
        ProofOfPossession = Secret.FromUtf8($"pop-{i:D4}"),
    })];
}
