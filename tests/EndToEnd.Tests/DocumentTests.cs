using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ControlPlane.EndToEnd.Tests;

public sealed partial class DocumentTests
{
    [Fact]
    public async Task ConnectYourKeys_IsWhatTheCatalogueSays()
    {
        var root = Root();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ControlPlaneProcess.DllPath, "--catalogue"]) { RedirectStandardOutput = true })!;
        var written = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(root, "docs", "connect-your-keys.md"), TestContext.Current.CancellationToken), written);
    }

    [Fact]
    public async Task Links_LeadToFilesThatAreThere()
    {
        var root = Root();
        string[] pages = [.. Directory.GetFiles(root, "*.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md")];
        var broken = new List<string>();
        foreach (var page in pages)
        {
            foreach (Match link in LinkTo().Matches(await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)))
            {
                var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value));
                if (!target.StartsWith(root, StringComparison.Ordinal) || !Path.Exists(target)) broken.Add($"{Path.GetFileName(page)}: {link.Groups[1].Value}");
            }
        }

        Assert.Empty(broken);
        Assert.True(pages.Length > 10, "The pages were not found.");
    }

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ControlPlane.sln"))) root = root.Parent;
        return root!.FullName;
    }

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)")]
    private static partial Regex LinkTo();
}
