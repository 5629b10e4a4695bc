using System.Diagnostics;

namespace ControlPlane.EndToEnd.Tests;

public sealed class DocumentTests
{
    [Fact]
    public async Task ConnectYourKeys_IsWhatTheCatalogueSays()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ControlPlane.sln"))) root = root.Parent;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ControlPlaneProcess.DllPath, "--catalogue"]) { RedirectStandardOutput = true })!;
        var written = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(root!.FullName, "docs", "connect-your-keys.md"), TestContext.Current.CancellationToken), written);
    }
}
