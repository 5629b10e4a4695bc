using ControlPlane.ProviderSimulator.Tests.Driving;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.ProviderSimulator.Tests.Signatures;

/// <summary>Requests signed once with another library.</summary>
public sealed class Ed25519Tests
{
    private const string Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string SeedAndPublicKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==";
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
    private const string KeyId = "organizations/11111111-2222-3333-4444-555555555555/apiKeys/66666666-7777-8888-9999-000000000000";
    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1795392000);

    private const string Jwt =
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6Im9yZ2FuaXphdGlvbnMvMTExMTExMTEtMjIyMi0zMzMzLTQ0NDQtNTU1NTU1NTU1NTU1L2FwaUtleXMvNjY2NjY2NjYtNzc3Ny04ODg4LTk5OTktMDAwMDAwMDAwMDAwIiwibm9uY2UiOiIwMTIzNDU2Nzg5YWJjZGVmIn0"
        + ".eyJpc3MiOiJjZHAiLCJzdWIiOiJvcmdhbml6YXRpb25zLzExMTExMTExLTIyMjItMzMzMy00NDQ0LTU1NTU1NTU1NTU1NS9hcGlLZXlzLzY2NjY2NjY2LTc3NzctODg4OC05OTk5LTAwMDAwMDAwMDAwMCIsIm5iZiI6MTc5NTM5MjAwMCwiZXhwIjoxNzk1MzkyMTIwLCJ1cmkiOiJHRVQgYXBpLmNvaW5iYXNlLmNvbS9hcGkvdjMvYnJva2VyYWdlL2tleV9wZXJtaXNzaW9ucyJ9"
        + ".P9Ujc_syX7vp8_PpMT0ctnbkaDUpUdiM3DO4edNu5TtBQG9PfmHjCtcaMO5p0VsXOSm0HQfoTaAhOrZkk__XDQ";

    [Theory]
    [InlineData(Seed, 0, "active")]
    [InlineData(SeedAndPublicKey, 100, "active")]
    [InlineData(Pem, 0, "active")]
    [InlineData("AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 0, "bad_signature")]
    [InlineData(Seed, 200, "unknown")]
    public async Task Coinbase_TokenOfAnotherLibrary_IsEvaluated(string secret, int secondsLater, string state)
    {
        var options = new SimulatorOptions { Time = new FakeTimeProvider(SignedAt.AddSeconds(secondsLater)) };
        var script = Samples.Signed("coinbase", "GET", "/api/v3/brokerage/key_permissions", "https://api.coinbase.com");
        await using var running = await Running.StartAsync(script, options);
        running.Host.SetKey("sample", new Dictionary<string, string> { ["COINBASE_API_KEY"] = KeyId, ["COINBASE_API_SECRET"] = secret });

        Assert.Equal(state, await running.StateAsync(Samples.Get(running.Base + "/api/v3/brokerage/key_permissions", Jwt)));
    }

    [Fact]
    public async Task Coinbase_TokenForAnotherPath_IsRefused()
    {
        var options = new SimulatorOptions { Time = new FakeTimeProvider(SignedAt) };
        await using var running = await Running.StartAsync(
            Samples.Signed("coinbase", "GET", "/api/v3/brokerage/accounts", "https://api.coinbase.com"), options);
        running.Host.SetKey("sample", new Dictionary<string, string> { ["COINBASE_API_KEY"] = KeyId, ["COINBASE_API_SECRET"] = Seed });

        Assert.Equal("bad_signature", await running.StateAsync(Samples.Get(running.Base + "/api/v3/brokerage/accounts", Jwt)));
    }

    [Fact]
    public async Task Binance_PemKey_IsVerified()
    {
        const string Query = "omitZeroBalances=true&recvWindow=5000&timestamp=1795392000000";
        const string Signature = "1GbvZwe5CEPc/zGe5epTyFBUJ5Pw40R2f9j3lm0cfZHLOg5968Gfi3CDyS06pfioWONcQeEojylB8r3/TVm/DQ==";
        var options = new SimulatorOptions { Time = new FakeTimeProvider(SignedAt.AddSeconds(2)) };
        await using var running = await Running.StartAsync(Samples.Signed("binance", "GET", "/api/v3/account"), options);
        running.Host.SetKey("sample", new Dictionary<string, string> { ["BINANCE_API_KEY"] = "k", ["BINANCE_API_SECRET"] = Pem.Replace("\n", "\\n") });

        Assert.Equal("active", await StateAsync(Query));
        Assert.Equal("bad_signature", await StateAsync(Query + "1"));

        async Task<string> StateAsync(string query)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"{running.Base}/api/v3/account?{query}&signature={Uri.EscapeDataString(Signature)}");
            request.Headers.Add("X-MBX-APIKEY", "k");
            return await running.StateAsync(request);
        }
    }
}
