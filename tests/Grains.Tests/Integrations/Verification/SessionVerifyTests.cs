using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class SessionVerifyTests
{
    private const string Token = "t0ken-that-must-not-leak";

    private const string Session = """
        {
          "kind": "session",
          "request": { "path": "/me", "headers": { "Authorization": "Bearer {token}" } },
          "login": {
            "request": { "method": "POST", "path": "/login", "json": { "key": "{A_KEY}" } },
            "token_path": "auth.token",
            "token_variable": "A_TOKEN",
            "token_lifetime_s": 600,
            "outcomes": [
              { "status": [200], "when": { "type": "json_has", "path": "locked" }, "verdict": "locked", "code": "account_locked", "retry_after_s": 900 },
              { "status": [200], "when": { "type": "json_nonempty", "path": "auth.token" }, "verdict": "valid" },
              { "status": [200], "when": { "type": "json_has", "path": "odd" }, "verdict": "valid" },
              { "status": [200], "verdict": "invalid", "code": "key_rejected" }
            ]
          },
          "min_interval_s": 60,
          "outcomes": [
            { "status": [200], "when": { "type": "json_has", "path": "id" }, "verdict": "valid" },
            { "status": [401], "verdict": "invalid", "code": "token_rejected" }
          ]
        }
        """;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private string _login = RawServer.Json($$$"""{"auth":{"token":"{{{Token}}}"}}""");
    private string _probe = RawServer.Json("""{"id":1}""");

    [Fact]
    public async Task Verify_NoToken_LogsInOnceAndKeepsTheToken()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);

        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(Target(server))).Status);
        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(Target(server))).Status);

        Assert.Equal(["login", "me", "me"], Paths(server));
        Assert.Contains($"Authorization: Bearer {Token}", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "2026-11-29T20:00:00Z")]
    [InlineData("2026-11-20T20:00:00Z", "2026-11-27T20:00:00Z")]
    [InlineData("1795204800", "2026-11-27T20:00:00Z")]
    [InlineData("2026-11-01T00:00:00Z", "2026-11-29T20:00:00Z")]
    [InlineData("2026-12-01T00:00:00Z", "2026-11-29T20:00:00Z")]
    [InlineData("last week", "2026-11-29T20:00:00Z")]
    public async Task Verify_SignInThatLastsAWeek_EndsAWeekAfterItWasMade_OrAfterItWasFirstAccepted(string? since, string expected)
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        var session = Session.Replace("\"min_interval_s\"", "\"expiry\": { \"lifetime_s\": 604800, \"since_variable\": \"A_ENV\" }, \"min_interval_s\"", StringComparison.Ordinal);
        var target = Targets.Target(Targets.Provider(session), server.Url, [("A_KEY", "k"), .. since is null ? Array.Empty<(string, string)>() : [("A_ENV", since)]]);

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), (await harness.VerifyAsync(target)).ExpiresAt);

        // A later verify of the same secrets changes nothing, also after another login.
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), (await harness.VerifyAsync(target)).ExpiresAt);
    }

    [Fact]
    public async Task Verify_TokenInVariable_NeverLogsIn()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _probe = RawServer.Json("{}", 401);
        var target = Target(server, ("A_KEY", "k"), ("A_TOKEN", "held"));

        var verdict = await harness.VerifyAsync(target);
        await harness.VerifyAsync(target);

        Assert.Equal((VerifyStatus.Invalid, "token_rejected"), (verdict.Status, verdict.ErrorCode));
        Assert.Equal(["me", "me"], Paths(server));
        Assert.Contains("Bearer held", server.Requests.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TokenPastItsLife_LogsInAgain()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        await harness.VerifyAsync(Target(server));
        _time.Advance(TimeSpan.FromSeconds(600));
        await harness.VerifyAsync(Target(server));
        Assert.Equal(["login", "me", "login", "me"], Paths(server));
    }

    [Fact]
    public async Task Verify_KeptTokenRefused_IsDroppedWithoutAVerdictOnTheKey()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        await harness.VerifyAsync(Target(server));
        _probe = RawServer.Json("{}", 401);

        var verdict = await harness.VerifyAsync(Target(server));
        Assert.Equal((VerifyStatus.Inconclusive, "session_expired"), (verdict.Status, verdict.ErrorCode));
        Assert.Equal(["login", "me", "me"], Paths(server));

        _probe = RawServer.Json("""{"id":1}""");
        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(Target(server))).Status);
        Assert.Equal(["login", "me", "me", "login", "me"], Paths(server));
    }

    [Fact]
    public async Task Verify_FreshTokenRefused_IsInvalidAndNotRetried()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _probe = RawServer.Json("{}", 401);
        Assert.Equal("token_rejected", (await harness.VerifyAsync(Target(server))).ErrorCode);
        Assert.Equal(["login", "me"], Paths(server));
    }

    [Fact]
    public async Task Verify_LoginRefused_IsNotRepeatedWithTheSameSecretsBeforeTheInterval()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _login = RawServer.Json("{}");

        Assert.Equal("key_rejected", (await harness.VerifyAsync(Target(server))).ErrorCode);
        _time.Advance(TimeSpan.FromSeconds(59));
        var again = await harness.VerifyAsync(Target(server));

        Assert.Equal((VerifyStatus.Invalid, "key_rejected", null), (again.Status, again.ErrorCode, again.HttpStatus));
        Assert.Equal(StepResult.Skipped, again.Steps[0].Result);
        Assert.Equal(["login"], Paths(server));

        // Afterwards somebody who asks is answered by the provider again: the account may have been put right.
        _time.Advance(TimeSpan.FromSeconds(2));
        await harness.VerifyAsync(Target(server));
        Assert.Equal(["login", "login"], Paths(server));

        _login = RawServer.Json($$$"""{"auth":{"token":"{{{Token}}}"}}""");
        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(Target(server, ("A_KEY", "corrected")))).Status);
    }

    [Fact]
    public async Task Verify_Locked_WaitsUntilTheLockEnds()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _login = RawServer.Json("""{"locked":true}""");

        Assert.Equal(VerifyStatus.Locked, (await harness.VerifyAsync(Target(server))).Status);
        _time.Advance(TimeSpan.FromSeconds(300));
        var during = await harness.VerifyAsync(Target(server));
        Assert.Equal((VerifyStatus.Locked, TimeSpan.FromSeconds(600)), (during.Status, during.RetryAfter));
        Assert.Single(server.Requests);

        _time.Advance(TimeSpan.FromSeconds(601));
        await harness.VerifyAsync(Target(server));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Verify_LoginInconclusive_MayLogInNextTime()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _login = RawServer.Json("{}", 503);
        Assert.Equal("provider_error", (await harness.VerifyAsync(Target(server))).ErrorCode);
        await harness.VerifyAsync(Target(server));
        Assert.Equal(["login", "login"], Paths(server));
    }

    [Theory]
    [InlineData("""{"odd":1}""")]
    [InlineData("""{"odd":1,"auth":{"token":7}}""")]
    [InlineData("""{"odd":1,"auth":{"token":"a\nb"}}""")]
    public async Task Verify_LoginWithoutUsableToken_IsInconclusive(string answer)
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _login = RawServer.Json(answer);
        Assert.Equal("login_without_token", (await harness.VerifyAsync(Target(server))).ErrorCode);
        Assert.Equal(["login"], Paths(server));
    }

    [Fact]
    public async Task Verify_ManyAtOnce_LogInOnce()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => harness.VerifyAsync(Target(server))));
        Assert.All(verdicts, verdict => Assert.Equal(VerifyStatus.Valid, verdict.Status));
        Assert.Single(Paths(server), path => path == "login");
    }

    [Fact]
    public async Task Verify_TokenOfALogin_IsRegisteredForRedaction()
    {
        await using var server = Server();
        var registry = new Registered();
        using var harness = new VerifyHarness(new VerifyHarness.Names([]), _time, secrets: registry);
        await harness.VerifyAsync(Target(server));
        Assert.Equal([Token], registry.Values);
    }

    [Fact]
    public async Task Verify_Verdicts_NeverHoldTheToken()
    {
        await using var server = Server();
        using var harness = new VerifyHarness(_time);
        _probe = RawServer.Json($$"""{"echo":"{{Token}}"}""");
        var verdict = await harness.VerifyAsync(Target(server));
        Assert.DoesNotContain(Token, System.Text.Json.JsonSerializer.Serialize(verdict), StringComparison.Ordinal);
    }

    private RawServer Server() => new(connection =>
        connection.SendAsync(connection.Request.Contains(" /login ", StringComparison.Ordinal) ? _login : _probe));

    private static VerifyTarget Target(RawServer server, params (string, string)[] values) =>
        Targets.Target(Targets.Provider(Session), server.Url, values);

    private static IEnumerable<string> Paths(RawServer server) => server.Requests.Select(request => request.Split(' ')[1].Trim('/'));

    private sealed class Registered : ISecretRegistry
    {
        public List<string> Values { get; } = [];

        public void Register(string name, string value) => Values.Add(value);
    }
}
