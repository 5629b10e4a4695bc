using System.Diagnostics;
using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Bots' own tokens as an operator hands them out: printed on the host, without the program's help.</summary>
public sealed class BotTokenTests
{
    [Fact]
    public async Task Token_PrintedByTheCommand_WorksUntilItIsRevoked_AndTheNextOneAfterThat()
    {
        await using var scene = await Scene.OpenAsync();
        scene.SetGoodKeys();
        await scene.Process.Operator.UntilStatus("OK");
        await scene.Process.Operator.Put("/api/bots/momentum.es", new { name = "M", requires = new[] { "polygon", "oanda" } });
        await scene.Process.Operator.Put("/api/bots/other", new { name = "O" });
        var (exitCode, output, _) = await RunAsync(scene.DataDirectory, ControlPlaneProcess.OperatorToken, "token", "momentum.es");
        Assert.Equal(0, exitCode);
        var token = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("cpb1.momentum.es.1.", token, StringComparison.Ordinal);
        Assert.Equal(output, (await RunAsync(scene.DataDirectory, ControlPlaneProcess.OperatorToken, "token", "momentum.es")).Output);

        var bot = new ApiClient(scene.Process.Address, token);
        var started = await bot.Post("/api/bots/momentum.es/runner/start", new { runner_id = "r1", mode = "paper" });
        Assert.True(started.Status == HttpStatusCode.OK, started.Text);
        Assert.Equal(HttpStatusCode.OK, (await bot.Post("/api/bots/momentum.es/runner/heartbeat", new { runner_id = "r1", epoch = started["epoch"].GetValue<long>() })).Status);
        Assert.Equal(HttpStatusCode.OK, (await bot.Status()).Status);
        Assert.Equal("FORBIDDEN", (await bot.Post("/api/bots/other/runner/start", new { runner_id = "r1", mode = "paper" })).Code);
        Assert.Equal("FORBIDDEN", (await bot.Put("/api/bots/anew", new { name = "N" })).Code);
        Assert.Equal("FORBIDDEN", (await bot.Post("/api/system/kill")).Code);
        Assert.Equal("FORBIDDEN", (await bot.Get("/api/bots")).Code);

        var revoked = await scene.Process.Operator.Post("/api/bots/momentum.es/token/revoke", new { reason = "leaked" });
        var waited = Stopwatch.StartNew();
        while ((await bot.Get("/api/bots/momentum.es")).Status != HttpStatusCode.Unauthorized) Assert.True(waited.Elapsed < TimeSpan.FromSeconds(3), "The old token outlived the gate's lease.");
        var generation = revoked["generation"].GetValue<long>();
        var (_, next, _) = await RunAsync(scene.DataDirectory, ControlPlaneProcess.OperatorToken, "token", "momentum.es", "--generation", $"{generation}");
        Assert.Equal(HttpStatusCode.OK, (await new ApiClient(scene.Process.Address, next.Trim()).Get("/api/bots/momentum.es")).Status);

        // A revoked token stops its bot all the same.
        Assert.True((await bot.Post("/api/bots/momentum.es/kill", new { reason = "stop" }))["engaged"].GetValue<bool>());
        Assert.DoesNotContain(token, scene.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_TakesTheTokenOfTheDataFolder_AndSaysWhatIsWrongWithoutPrintingAnything()
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-token-");
        try
        {
            var (missing, nothing, why) = await RunAsync(folder.FullName, null, "token", "b1");
            Assert.Equal((2, ""), (missing, nothing));
            Assert.Contains("operator.token", why, StringComparison.Ordinal);
            Assert.Empty(folder.GetFileSystemInfos());

            var file = Path.Combine(folder.FullName, "operator.token");
            await File.WriteAllTextAsync(file, ControlPlaneProcess.OperatorToken + "\n", TestContext.Current.CancellationToken);
            var (_, kept, _) = await RunAsync(folder.FullName, null, "token", "b1");
            var (_, given, _) = await RunAsync(folder.FullName, ControlPlaneProcess.OperatorToken, "token", "b1");
            Assert.StartsWith("cpb1.b1.1.", kept, StringComparison.Ordinal);
            Assert.Equal(given, kept);
            Assert.NotEqual(given, (await RunAsync(folder.FullName, "another-operator-token-of-the-tests", "token", "b1")).Output);
            foreach (var wrong in new[] { new[] { "token" }, ["token", "NO"], ["token", "b1", "--generation"], ["token", "b1", "--generation", "0"], ["token", "b1", "--generatoin", "2"] })
            {
                var (code, output, said) = await RunAsync(folder.FullName, ControlPlaneProcess.OperatorToken, wrong);
                Assert.Equal((2, ""), (code, output));
                Assert.NotEmpty(said);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string data, string? operatorToken, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [ControlPlaneProcess.DllPath, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var name in info.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "LANG" or "DOTNET_ROOT" or "TMPDIR")).ToArray()) info.Environment.Remove(name);
        info.Environment["ControlPlane__DataDirectory"] = data;
        if (operatorToken is not null) info.Environment["CONTROLPLANE_OPERATOR_TOKEN"] = operatorToken;
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await errors);
    }
}
