using System.Net;
using System.Net.Sockets;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What is wrong is said before anything listens: the key, the rule and the way out, and never a secret.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("ControlPlane__Verify__TimeoutSeconds", "soon", "ControlPlane__Verify__TimeoutSeconds")]
    [InlineData("ControlPlane__Gate__LeaseSeconds", "0", "ControlPlane__Gate__LeaseSeconds")]
    [InlineData("ControlPlane__Integrations__nobody__Required", "true", "ControlPlane__Integrations__nobody")]
    [InlineData("ControlPlane__Integrations__polygon__BaseUrl", "http://example.com", "ControlPlane__Integrations__polygon__BaseUrl")]
    [InlineData("ControlPlane__Policy__Gates__brokerConnected__AnyOf", "polygon", "ControlPlane__Policy__Gates__brokerConnected__AnyOf")]
    [InlineData("ControlPlane__Policy__Gates__noSuchGate__Required", "false", "ControlPlane__Policy__Gates__noSuchGate")]
    [InlineData("ControlPlane__Bots__StopBySeconds", "60", "ControlPlane__Bots__StopBySeconds")]
    [InlineData("ControlPlane__Logging__Level", "chatty", "ControlPlane:Logging:Level")]
    [InlineData("ControlPlane__Role", "FrontEnd", "ControlPlane__Role")]
    [InlineData("ConnectionStrings__ControlPlane", "Host=127.0.0.1;Password=never-to-be-shown", "ConnectionStrings__ControlPlane")]
    [InlineData("CONTROLPLANE_RUNNER_TOKEN", "too-short-secret", "CONTROLPLANE_RUNNER_TOKEN")]
    [InlineData("ControlPlane__Catalogue", "/no/such/catalogue", "/no/such/catalogue")]
    public async Task WrongSetting_EndsTheProcessWithItsNameAndRule(string key, string value, string named)
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        try
        {
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(Path.Combine(folder.FullName, "data"), new Dictionary<string, string> { [key] = value });
            Assert.Equal(2, exitCode);
            Assert.Contains(named, output, StringComparison.Ordinal);
            Assert.DoesNotContain("listening", output, StringComparison.Ordinal);
            Assert.DoesNotContain("never-to-be-shown", output, StringComparison.Ordinal);
            Assert.DoesNotContain("too-short-secret", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task WrongProviderFile_IsRefusedWithPathFieldAndRule()
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        try
        {
            var file = Path.Combine(folder.FullName, "mine.json");
            await File.WriteAllTextAsync(file, """
                {"id":"mine","name":"Mine","category":"brokers","base_url":"https://api.mine.example","variables":[{"name":"MINE_API_KEY"}],
                 "access":[{"name":"key","requires":["MINE_API_KEY"]}],"how_to_connect":["Ask Mine for a key."],"no_verify_reason":"None is documented."}
                """, TestContext.Current.CancellationToken);
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(Path.Combine(folder.FullName, "data"), new Dictionary<string, string> { ["ControlPlane__Catalogue"] = file });
            Assert.Equal(2, exitCode);
            Assert.Contains(file, output, StringComparison.Ordinal);
            Assert.Contains("category", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task DataDirectoryInUse_IsRefused_AndSigtermEndsCleanly()
    {
        await using var scene = await Scene.OpenAsync();
        var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(scene.DataDirectory);
        Assert.Equal(1, exitCode);
        Assert.Contains(scene.DataDirectory, output, StringComparison.Ordinal);
        Assert.Equal(0, await scene.Process.TerminateAsync());
    }

    [Fact]
    public async Task AddressInUse_IsSaidInOneLine_BeforeAnythingStarts()
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(data, null, "--urls", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
            Assert.Equal(1, exitCode);
            Assert.StartsWith("The address is in use.", output, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', output.TrimEnd());
            Assert.False(Directory.Exists(data));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
