using System.Net;
using System.Text;
using ControlPlane.Testing;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The providers' official clients with nothing but a lease's token, through every state of the gate. The brokers' own books are the judge.</summary>
public sealed class GatewaySdkTests
{
    private static readonly string[] s_brokers = ["alpaca", "oanda", "binance", "bybit"];
    private static readonly string[] s_models = ["openai", "anthropic"];

    [Fact]
    public async Task OfficialClients_WithALeasesToken_ReadAlways_TradeOnlyWhenTheGateIsOpen_AndHoldNoKey()
    {
        Assert.SkipUnless(SdkBot.Installable, "node and npm are not installed.");
        await using var gateway = await GatewayScene.OpenAsync(s_brokers);
        using var tap = new TrafficTap(gateway.Scene.Process.Address);
        var token = gateway.Token;
        await using var bot = await SdkBot.StartAsync(new Uri(tap.Address, "/gateway"), token);

        // BLOCKED: a feed's key is revoked. Reads and models go on, no order leaves.
        gateway.Scene.Revoke("polygon");
        await gateway.Scene.Process.Operator.Verify("polygon");
        await gateway.Scene.Process.Viewer.UntilStatus("BLOCKED");
        await ReadsAsync(bot);
        await RefusedAsync(bot, gateway, "blocked", "GATE_BLOCKED", "INTEGRATION", "SYSTEM_BLOCKED");

        // OK: orders pass.
        gateway.Scene.SetGoodKeys();
        await gateway.Scene.Process.Operator.Verify("polygon");
        await gateway.Scene.Process.Viewer.UntilStatus("OK");
        await gateway.UntilPermittedAsync();
        var placed = new Dictionary<string, string>();
        foreach (var broker in s_brokers)
        {
            var (id, error) = await bot.DoAsync("place", broker, broker + "ok1");
            Assert.True(error is null, $"{broker}: {error}\n{gateway.Log}");
            placed[broker] = id!;
            Assert.Equal(id, gateway.Scene.Simulator.Book(broker).Find(null, broker + "ok1")!.Id);
        }

        // Killed: nothing is placed any more, everything can be taken back, and reads go on.
        Assert.Equal(HttpStatusCode.OK, (await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test" })).Status);
        await RefusedAsync(bot, gateway, "killed", "KILL_SWITCH_ENGAGED");
        foreach (var broker in s_brokers)
        {
            Assert.Equal((placed[broker], null), await bot.DoAsync("cancel", broker, placed[broker]));
            Assert.Equal("canceled", gateway.Scene.Simulator.Book(broker).Find(placed[broker])!.Status);
        }

        await ReadsAsync(bot);
        Assert.Equal(("open", null), await bot.DoAsync("read", "polygon"));

        // Another start of the bot: whoever holds the old lease's token is out with its next call, whatever it asks.
        await gateway.ReleaseAsync();
        var calls = gateway.Scene.Simulator.LastSequence;
        await gateway.StartBotAsync();
        await RefusedAsync(bot, gateway, "fenced", "LEASE_FENCED");
        foreach (var provider in (string[])[.. s_brokers, .. s_models]) Assert.Contains("LEASE_FENCED", (await bot.DoAsync("read", provider)).Error, StringComparison.Ordinal);

        // This client keeps the answer's body to itself.
        Assert.Contains("403", (await bot.DoAsync("read", "polygon")).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Scene.Simulator.Requests(null, calls), request => request.Method == "POST" && request.Path.Contains("order", StringComparison.OrdinalIgnoreCase));
        foreach (var broker in s_brokers) Assert.Equal([broker + "ok1"], gateway.Scene.Simulator.Book(broker).Received.Keys);

        // What is searched is what it should be: the token is in it.
        var (memory, traffic) = (await bot.DumpAsync(), tap.Text);
        Assert.Contains(token, memory, StringComparison.Ordinal);
        Assert.Contains(token, traffic, StringComparison.Ordinal);
        Search("the bot's memory and environment", memory, gateway);
        Search("the bot's traffic", traffic, gateway);
        await gateway.Scene.Process.KillAsync();
        Search("the log", gateway.Scene.Process.Output, gateway);
        foreach (var file in Directory.GetFiles(gateway.Scene.DataDirectory, "*", SearchOption.AllDirectories)) Search(Path.GetFileName(file), await ReadAsync(file), gateway);
    }

    private static async Task ReadsAsync(SdkBot bot)
    {
        foreach (var (provider, answer) in new[] { ("openai", "HOLD"), ("anthropic", "HOLD"), ("alpaca", "ACTIVE"), ("binance", "SPOT"), ("bybit", "0"), ("oanda", "101-004-1234567-001") })
            Assert.Equal((provider, answer, null), (provider, (await bot.DoAsync("read", provider)) is var (ok, error) ? ok : null, error));
    }

    /// <summary>Each broker's client raises an error in which a person reads why, and the broker never hears of the order.</summary>
    private static async Task RefusedAsync(SdkBot bot, GatewayScene gateway, string name, params string[] codes)
    {
        foreach (var broker in s_brokers)
        {
            var (ok, error) = await bot.DoAsync("place", broker, broker + name);
            Assert.True(ok is null, $"{broker} placed {ok} while {name}");
            Assert.True(codes.Any(code => error!.Contains(code, StringComparison.Ordinal)), $"{broker} while {name}: {error}");
            Assert.True(gateway.Scene.Simulator.Book(broker).Find(null, broker + name) is null, $"{broker} has {name}");
        }
    }

    /// <summary>In the encodings of the tests, which are not the product's.</summary>
    private static void Search(string what, string text, GatewayScene gateway)
    {
        Assert.NotEmpty(text);
        foreach (var (name, value) in gateway.Secrets)
        {
            foreach (var (encoding, form) in CanaryEncodings.Of(value))
                Assert.False(text.Contains(form, StringComparison.Ordinal), $"{what} holds {name} as {encoding}.");
        }
    }

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync() + " ";
    }
}
