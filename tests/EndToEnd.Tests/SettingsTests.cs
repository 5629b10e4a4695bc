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
    [InlineData("ControlPlane__Logging__Level", "chatty", "ControlPlane__Logging__Level")]
    [InlineData("ControlPlane__Role", "FrontEnd", "ControlPlane__Role")]
    [InlineData("ConnectionStrings__ControlPlane", "Host=127.0.0.1;Password=never-to-be-shown", "ConnectionStrings__ControlPlane")]
    [InlineData("CONTROLPLANE_RUNNER_TOKEN", "too-short-secret", "CONTROLPLANE_RUNNER_TOKEN")]
    [InlineData("ControlPlane__Catalogue", "/no/such/catalogue", "/no/such/catalogue")]
    [InlineData("ControlPlane__Risk__MaxDailyLos", "17", "ControlPlane__Risk__MaxDailyLos: is no setting. Did you mean ControlPlane__Risk__MaxDailyLoss?")]
    [InlineData("ControlPlane__MaxDailyLoss", "17", "Did you mean ControlPlane__Risk__MaxDailyLoss?")]
    [InlineData("ControlPlane__Integrations__polygon__Requird", "true", "Did you mean ControlPlane__Integrations__polygon__Required?")]
    [InlineData("ControlPlane__Session__LifetimeSecond", "60", "Did you mean ControlPlane__Session__LifetimeSeconds?")]
    [InlineData("ConnectionStrings__ControlPlane", "Host=127.0.0.1;Database=a;Username=b;Password=seven77", "12 if they are digits alone")]
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

    [Theory]
    [InlineData("AllInOne")]
    [InlineData("FrontEnd")]
    public async Task WrongSettingsOfSiloAndApi_AreAllNamedByOneStart(string role)
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            var settings = new Dictionary<string, string>
            {
                ["ControlPlane__Role"] = role,
                ["ControlPlane__Gate__LeaseSeconds"] = "soon",
                ["ControlPlane__Logging__Level"] = "chatty",
                ["ControlPlane__Session__LifetimeSeconds"] = "1",
            };
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(data, settings);
            Assert.Equal(2, exitCode);
            foreach (var key in (string[])["ControlPlane__Gate__LeaseSeconds: ", "ControlPlane__Logging__Level: ", "ControlPlane__Session__LifetimeSeconds: "]) Assert.Contains(key, output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(data));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--dem0", "Did you mean --demo?")]
    [InlineData("--demo=yes", "--demo: is no option.")]
    [InlineData("--url=http://127.0.0.1:0", "Did you mean --urls?")]
    [InlineData("demo", "Did you mean --demo?")]
    [InlineData("--ControlPlane:Verify:TimeoutSecond=5", "Did you mean ControlPlane__Verify__TimeoutSeconds?")]
    public async Task UnknownOption_EndsTheProcessWithTheNearestKnownName(string option, string said)
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(data, null, option);
            Assert.Equal(2, exitCode);
            Assert.Contains(said, output, StringComparison.Ordinal);
            Assert.Single(output.TrimEnd().Split('\n'));
            Assert.False(Directory.Exists(data));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:5080", "write http://127.0.0.1:5080")]
    [InlineData("localhost:5080", "write http://localhost:5080")]
    [InlineData("5080", "write http://127.0.0.1:5080")]
    [InlineData("ftp://127.0.0.1:5080", "write http://127.0.0.1:5080")]
    public async Task AddressWithoutAScheme_IsRefusedInOneLine_BeforeAnythingStarts(string address, string fix)
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-settings-");
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            var (exitCode, output) = await ControlPlaneProcess.RunToEndAsync(data, null, "--urls", address);
            Assert.Equal(2, exitCode);
            Assert.Contains(fix, output, StringComparison.Ordinal);
            Assert.Single(output.TrimEnd().Split('\n'));
            Assert.False(Directory.Exists(data));
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
            Assert.StartsWith($"The address http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port} is in use.", output, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', output.TrimEnd());
            Assert.False(Directory.Exists(data));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
