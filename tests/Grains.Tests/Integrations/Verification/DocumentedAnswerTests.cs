using System.Security.Cryptography;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Plays answers that providers document, over HTTP, to the built-in entries: no key that can't do its job holds a gate, and no good
/// key is refused.</summary>
public sealed class DocumentedAnswerTests
{
    private static readonly string s_curveKey = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem();
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    [Theory]
    [MemberData(nameof(KeysThatCanDoNothing.Cases), MemberType = typeof(KeysThatCanDoNothing))]
    public async Task Verify_KeyThatCannotDoItsJob_HoldsNoGate(string id, string variables, int status, string body, string expected)
    {
        var (provider, verdict) = await VerifyAsync(id, variables, status, body);

        var need = GateCapabilities.ForGate(GateNames.ForCategory(provider.Category));
        var found = verdict.Findings.FirstOrDefault(finding => finding.Name == need)?.Status;
        var told = verdict.Status is VerifyStatus.Valid or VerifyStatus.ValidBilling ? $"{verdict.Status} {found}" : $"{verdict.Status} {verdict.ErrorCode}";
        Assert.Equal(expected, told);
        Assert.False(string.IsNullOrWhiteSpace(verdict.SuggestedFix));
        Assert.DoesNotContain("proxy", verdict.Message + verdict.SuggestedFix, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(GoodKeys.Cases), MemberType = typeof(GoodKeys))]
    public async Task Verify_GoodKey_CanDoItsJob(string id, string variables, int status, string body, string expected)
    {
        var (provider, verdict) = await VerifyAsync(id, variables, status, body);

        var need = GateCapabilities.ForGate(GateNames.ForCategory(provider.Category));
        Assert.Equal(VerifyStatus.Valid, verdict.Status);
        Assert.Equal(expected, verdict.Findings.FirstOrDefault(finding => finding.Name == need)?.Status.ToString() ?? "none");
    }

    [Theory]
    [MemberData(nameof(AnswersThatTellNothing.Cases), MemberType = typeof(AnswersThatTellNothing))]
    public async Task Verify_AnswerThatTellsNothing_IsNeitherGoodNorRefused(string id, string variables, int status, string body, string expected)
    {
        var (_, verdict) = await VerifyAsync(id, variables, status, body);

        Assert.Equal((VerifyStatus.Inconclusive, expected), (verdict.Status, verdict.ErrorCode));
    }

    [Theory]
    [InlineData("bybit", 200, """{"retCode":0,"result":{"readOnly":0,"permissions":{"Spot":["SpotTrade"],"Wallet":["AccountTransfer","Withdraw"]}}}""")]
    [InlineData("okx", 200, """{"code":"0","data":[{"perm":"read_only,withdraw,trade"}]}""")]
    [InlineData("kucoin", 200, """{"code":"200000","data":{"permission":"General,Spot,Withdrawal"}}""")]
    [InlineData("bingx", 200, """{"apiKey":"k","permissions":[1,2,5]}""")]
    [InlineData("gate", 200, """{"user_id":1,"state":1,"perms":[{"name":"spot","read_only":false},{"name":"withdraw","read_only":false}]}""")]
    [InlineData("deribit", 200, """{"result":{"access_token":"t","scope":"trade:read_write wallet:read_write"}}""")]
    public async Task Verify_KeyThatMayWithdraw_SaysSo(string id, int status, string body)
    {
        var (_, verdict) = await VerifyAsync(id, "", status, body);

        var withdraw = Assert.Single(verdict.Findings, finding => finding.Name == Capability.Withdraw);
        Assert.Equal(CapabilityStatus.Proven, withdraw.Status);
        Assert.Contains("withdraw", withdraw.Message, StringComparison.Ordinal);
        Assert.Equal(VerifyStatus.Valid, verdict.Status);
    }

    [Theory]
    [InlineData("binance", "BINANCE_API_KEY", "BINANCE_API_SECRET", "an Ed25519 key (preferred), an RSA key")]
    [InlineData("coinbase", "COINBASE_API_KEY", "COINBASE_API_SECRET", "an Ed25519 key (preferred) or an ECDSA key on P-256")]
    [InlineData("bybit", "BYBIT_API_KEY", "BYBIT_API_SECRET", "a system-generated key (HMAC) or an RSA key")]
    public async Task Verify_KeyTypeThatNobodyCanSignWith_SaysWhichToMakeInstead(string id, string key, string secret, string types)
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var provider = s_catalogue.Find(id)!;
        await using var server = new RawServer(RawServer.Json("{}"));
        using var harness = new VerifyHarness();
        var values = new Dictionary<string, Secret> { [key] = new("k"), [secret] = new(curve.ExportPkcs8PrivateKeyPem()) };

        var verdict = await harness.VerifyAsync(new VerifyTarget(provider, provider.Access[0], values, server.Url));

        Assert.Equal((VerifyStatus.Invalid, "unsupported_key"), (verdict.Status, verdict.ErrorCode));
        Assert.Contains(types, verdict.SuggestedFix, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(1_830_000_000_000, VerifyStatus.Valid)]
    [InlineData(1_600_000_000_000, VerifyStatus.Invalid)]
    public async Task Verify_ApiWalletWithAnEnd_WarnsBeforeAndIsRefusedAfter(long validUntil, VerifyStatus expected)
    {
        // Both calls get the same answer: a role is read from an object, the list of agents from another one of the same body.
        const string Address = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf";
        var agents = $$"""[{"name":"other","address":"0x00","validUntil":1},{"name":"bot","address":"{{Address.ToUpperInvariant().Replace('X', 'x')}}","validUntil":{{validUntil}}}]""";
        var provider = s_catalogue.Find("hyperliquid")!;
        await using var server = new RawServer(connection => connection.SendAsync(RawServer.Json(
            connection.Request.Contains("extraAgents", StringComparison.Ordinal) ? agents : """{"role":"agent","data":{"user":"0x05"}}""")));
        using var harness = new VerifyHarness();
        var values = new Dictionary<string, Secret> { ["HYPERLIQUID_PK"] = new(new string('0', 63) + "1"), ["HYPERLIQUID_ACCOUNT_ADDRESS"] = new("0x05") };

        var verdict = await harness.VerifyAsync(new VerifyTarget(provider, provider.Access[0], values, server.Url));

        Assert.Equal(expected, verdict.Status);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(validUntil), verdict.ExpiresAt);
        Assert.Contains(server.Requests, request => request.Contains($$"""{"type":"userRole","user":"{{Address}}"}""", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Requests, request => request.Contains(new string('0', 63), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bybit", """{"retCode":0,"result":{"readOnly":0,"permissions":{"Spot":["SpotTrade"]},"expiredAt":"2027-01-05T08:00:00Z"}}""", "2027-01-05T08:00:00Z")]
    [InlineData("openrouter", """{"data":{"label":"sk-or-v1-0e6...1c9","limit_remaining":null,"expires_at":"2027-01-05T08:00:00Z"}}""", "2027-01-05T08:00:00Z")]
    [InlineData("github", """{"resources":{"core":{"limit":5000}}}""", "2027-01-05T08:00:00Z")]
    public async Task Verify_KeyThatEnds_SaysWhen(string id, string body, string expected)
    {
        var (_, verdict) = await VerifyAsync(id, "", 200, body, "github-authentication-token-expiration: 2027-01-05 08:00:00 UTC\r\n");

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), verdict.ExpiresAt);
    }

    internal static async Task<(ProviderDefinition Provider, VerifyVerdict Verdict)> VerifyAsync(string id, string variables, int status, string body, string headers = "")
    {
        var provider = s_catalogue.Find(id)!;
        var given = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var access = provider.Access.Where(way => way.Verify is not null)
            .OrderByDescending(way => way.Requires.Count(given.ContainsKey)).ThenBy(way => way.Requires.Count(name => !given.ContainsKey(name))).First();
        var values = access.Requires.Where(name => !given.ContainsKey(name)).ToDictionary(name => name, name => new Secret(Value(name)));
        foreach (var (name, value) in given)
            values[name] = new Secret(value);
        if (id == "coinbase")
            values["COINBASE_API_SECRET"] = new Secret(s_curveKey);

        // Two answers, where the second call has one of its own.
        var bodies = body.Split(" ;; ", 2);
        var follow = access.Verify!.Then.Select(then => then.Request.Path.Split('?')[0]).FirstOrDefault();
        string Body(string request) => follow is not null && request.Contains(follow, StringComparison.Ordinal) ? bodies[^1] : bodies[0];

        // A session signs in first; the probe is what is evaluated here.
        await using var server = new RawServer(connection => connection.SendAsync(connection.Request.Contains("uth", StringComparison.Ordinal) && access.Verify!.Login is { } login && connection.Request.Contains(login.Request.Path, StringComparison.Ordinal)
            ? RawServer.Json("""{"token":"t0ken","accessToken":"t0ken","access_token":"t0ken","scope":"ReadAccount Trade","success":true,"errorCode":0,"status":"OK"}""")
            : RawServer.Json(connection.Request.StartsWith("HEAD", StringComparison.Ordinal) ? "" : Body(connection.Request), status, headers)));
        using var harness = new VerifyHarness();
        var verdict = await harness.VerifyAsync(new VerifyTarget(provider, access, values, server.Url));
        return (provider, verdict);
    }

    [Theory]
    [InlineData("mexc", "", """{"canTrade":true,"permissions":"SPOT_DEAL_WRITE","remainingValidity":82}""", 82)]
    [InlineData("htx", "HTX_UID=4711 HTX_API_KEY=k-id", """{"status":"ok","data":[{"state":"working","accessKey":"other","validDays":1},{"state":"working","accessKey":"k-id","permission":"trade","validDays":30}]}""", 30)]
    [InlineData("htx", "HTX_UID=4711 HTX_API_KEY=k-id", """{"status":"ok","data":[{"state":"working","accessKey":"k-id","permission":"trade","validDays":-1}]}""", null)]
    public async Task Verify_KeyWithDaysLeft_SaysWhenItEnds(string id, string variables, string body, int? days)
    {
        var before = DateTimeOffset.UtcNow;
        var (_, verdict) = await VerifyAsync(id, variables, 200, body);

        if (days is { } left) Assert.InRange(verdict.ExpiresAt!.Value, before.AddDays(left), DateTimeOffset.UtcNow.AddDays(left));
        else Assert.Null(verdict.ExpiresAt);
    }

    private static string Value(string name) => name switch
    {
        _ when name.EndsWith("_URL", StringComparison.Ordinal) => "https://a.test",
        "KRAKEN_API_SECRET" or "KRAKEN_FUTURES_API_SECRET" => "c2VjcmV0",
        _ => "some-value",
    };
}
