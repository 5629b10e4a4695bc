using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.TestCalls;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Services;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>Answers that no server of a test gives by itself, evaluated by the entries.</summary>
public sealed class ServiceAnswerTests
{
    [Theory]
    [InlineData("smtp", """{"reply":534}""", "Invalid key_rejected")]
    [InlineData("smtp", """{"reply":454}""", "Inconclusive provider_error")]
    [InlineData("smtp", """{"reply":421}""", "Inconclusive provider_error")]
    [InlineData("smtp", """{"reply":550}""", "Inconclusive unexpected_status")]
    [InlineData("postgres", """{"sqlstate":"57P03"}""", "Inconclusive provider_error")]
    [InlineData("postgres", """{"sqlstate":"53300"}""", "Inconclusive provider_error")]
    [InlineData("postgres", """{"sqlstate":"28000"}""", "Invalid access_refused")]
    [InlineData("postgres", """{"sqlstate":"XX000"}""", "Inconclusive unexpected_status")]
    [InlineData("redis", """{"step":"auth","error":"LOADING","text":"LOADING Redis is loading the dataset in memory"}""", "Inconclusive provider_error")]
    [InlineData("redis", """{"step":"ping","error":"DENIED","text":"DENIED Redis is running in protected mode"}""", "Inconclusive protected_mode")]
    [InlineData("redis", """{"step":"auth","error":"ERR","text":"ERR max number of clients reached"}""", "Inconclusive unexpected_status")]
    public async Task Answer_IsEvaluatedByTheEntry(string id, string answer, string expected)
    {
        var verify = new Verifier([new ServiceVerify([new HandshakeStub(id, answer)], TimeProvider.System)], TimeProvider.System);
        var target = id switch
        {
            "smtp" => ServiceScene.Target(id, ("SMTP_HOST", "mail.test"), ("SMTP_USERNAME", "u"), ("SMTP_PASSWORD", "p")),
            "postgres" => ServiceScene.Target(id, ("DATABASE_URL", "postgres://u:p@db.test/d")),
            _ => ServiceScene.Target(id, ("REDIS_URL", "rediss://:p@cache.test")),
        };

        var verdict = await verify.VerifyAsync(target, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(expected, $"{verdict.Status} {verdict.ErrorCode}");
        Assert.Null(verdict.HttpStatus);
        Assert.Equal(StepResult.Passed, verdict.Steps[0].Result);
        Assert.False(string.IsNullOrWhiteSpace(verdict.SuggestedFix));
        Assert.DoesNotContain("proxy", verdict.Message + verdict.SuggestedFix, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"pong":true}""", UsageStatus.Ok, null)]
    [InlineData("""{"step":"auth","error":"WRONGPASS","text":"WRONGPASS invalid"}""", UsageStatus.Error, "key_rejected")]
    public async Task TestCall_IsRecordedAsUse_AndAVerifyIsNot(string answer, UsageStatus status, string? code)
    {
        var usage = new Recorded();
        var verify = new Verifier([new ServiceVerify([new HandshakeStub("redis", answer)], TimeProvider.System)], TimeProvider.System);
        Task Ask() => verify.VerifyAsync(ServiceScene.Target("redis", ("REDIS_URL", "rediss://:p@cache.test")), TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await Ask();
        Assert.Empty(usage.Calls);
        await new InstrumentedCall("redis", usage, TimeProvider.System, new string('a', 32)).MakeAsync(Ask);

        var call = Assert.Single(usage.Calls);
        Assert.Equal(("redis", "control-plane-test", "sign in", status, code), (call.Provider, call.BotId, call.Operation, call.Status, call.ErrorCode));
    }

    [Fact]
    public async Task Server_ThatHangs_IsLeftAtTheDeadline()
    {
        var verify = new Verifier([new ServiceVerify([new HandshakeStub("redis", null)], TimeProvider.System)], TimeProvider.System);

        var verdict = await verify.VerifyAsync(ServiceScene.Target("redis", ("REDIS_URL", "rediss://:p@cache.test")), TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);

        Assert.Equal("timeout", verdict.ErrorCode);
    }

    private sealed class Recorded : IIntegrationUsage
    {
        public List<UsageCall> Calls { get; } = [];

        public Task<bool> LogAsync(UsageCall call)
        {
            Calls.Add(call);
            return Task.FromResult(true);
        }
    }

    private sealed class HandshakeStub(string kind, string? answer) : IServiceHandshake
    {
        public string Kind => kind;

        public async Task<JsonObject> AskAsync(ServicePlace place, CancellationToken cancellationToken)
        {
            if (answer is null) await Task.Delay(Timeout.Infinite, cancellationToken);
            return JsonNode.Parse(answer!)!.AsObject();
        }
    }
}
