namespace EspProv.HelpBuilder;

/// <summary>Where the project is published, and the addresses of its files there.</summary>
internal sealed class ProjectAddress
{
    // What is built from the sources knows no address of theirs.
    private const string GalleryPage = "https://www.powershellgallery.com/packages/EspProv";

    /// <param name="url">The project's address; empty where the publisher named none.</param>
    /// <exception cref="FormatException">It is not http or https.</exception>
    public ProjectAddress(string url)
    {
        Check("ProjectUrl", url);
        Url = url.TrimEnd('/');
    }

    /// <summary>The address; empty for none.</summary>
    public string Url { get; }

    /// <summary>The page that shows a file; empty where there is no address.</summary>
    public string PageOf(string path) => Url.Length == 0 ? "" : $"{Url}/blob/main/{path}";

    /// <summary>The file itself; empty where there is no address.</summary>
    public string RawFile(string path) => Url.Length == 0 ? "" : $"{Url}/raw/main/{path}";

    /// <summary>The page of a cmdlet's help; without an address the module's page in the PowerShell Gallery.</summary>
    public string HelpPage(string cmdlet) => Url.Length == 0 ? GalleryPage : PageOf($"docs/help/{cmdlet}.md");

    /// <summary>Refuses what is not empty and no web address.</summary>
    /// <exception cref="FormatException">It is not http or https.</exception>
    public static void Check(string property, string address)
    {
        if (address.Length == 0)
            return;
        if (!Uri.IsWellFormedUriString(address, UriKind.Absolute) || new Uri(address).Scheme is not ("https" or "http"))
        {
            throw new FormatException(
                $"{property} is not a web address. Give one like https://example.org/name; MSBuild wants %25 for each % in it.");
        }
    }
}
