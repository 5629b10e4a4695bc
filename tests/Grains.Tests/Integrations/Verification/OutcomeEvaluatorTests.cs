using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class OutcomeEvaluatorTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, VerifyStatus.Valid)]
    [InlineData(404, VerifyStatus.Valid)]
    [InlineData(302, VerifyStatus.Inconclusive)]
    [InlineData(429, VerifyStatus.Inconclusive)]
    [InlineData(500, VerifyStatus.Inconclusive)]
    public void Evaluate_RuleWithoutStatus_MatchesPlainAnswersOnly(int status, VerifyStatus expected) =>
        Assert.Equal(expected, Evaluate("""[{"when":{"type":"json_has","path":"id"},"verdict":"valid"}]""", status, """{"id":1}""").Status);

    [Theory]
    [InlineData(302)]
    [InlineData(429)]
    [InlineData(500)]
    public void Evaluate_RuleThatNamesTheStatus_Matches(int status)
    {
        var conclusion = Evaluate($$"""[{"status":[{{status}}],"verdict":"valid_billing","code":"quota_used"}]""", status, "{}");
        Assert.Equal((VerifyStatus.ValidBilling, "quota_used"), (conclusion.Status, conclusion.Code));
    }

    [Fact]
    public void Evaluate_SeveralRules_TakesTheFirst()
    {
        var conclusion = Evaluate("""[{"status":[401],"verdict":"locked","code":"a"},{"status":[401],"verdict":"invalid","code":"b"}]""", 401, "{}");
        Assert.Equal("a", conclusion.Code);
    }

    [Theory]
    [InlineData("text/html", "<html>", "unexpected_content")]
    [InlineData("text/plain", "<!DOCTYPE html>", "unexpected_content")]
    [InlineData("application/json", "{\"a\":", "unreadable_body")]
    public void Evaluate_StatusAloneWouldBeValid_UnreadablePageIsNot(string contentType, string body, string code)
    {
        var conclusion = Evaluate("""[{"status":[200],"verdict":"valid"}]""", 200, body, ("Content-Type", contentType));
        Assert.Equal((VerifyStatus.Inconclusive, code), (conclusion.Status, conclusion.Code));
    }

    [Theory]
    [InlineData("""{"type":"not","item":{"type":"body_contains","value":"error"}}""", VerifyStatus.Inconclusive)]
    [InlineData("""{"type":"body_contains","value":"fine"}""", VerifyStatus.Valid)]
    public void Evaluate_HtmlAnswer_IsValidOnlyByTextThatIsKnown(string when, VerifyStatus expected)
    {
        var rules = $$"""[{"status":[200],"when":{{when}},"verdict":"valid"}]""";
        Assert.Equal(expected, Evaluate(rules, 200, "<html>fine</html>", ("Content-Type", "text/html")).Status);
    }

    [Fact]
    public void Evaluate_RulesWords_AreKept()
    {
        var conclusion = Evaluate("""[{"status":[401],"verdict":"locked","code":"a","message":"M","fix":"F","retry_after_s":60}]""", 401, "{}");
        Assert.Equal(("M", "F", TimeSpan.FromSeconds(60)), (conclusion.Message, conclusion.Fix, conclusion.RetryAfter));
    }

    [Theory]
    [InlineData("Retry-After", "30", 30)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("Retry-After", "-5", 0)]
    [InlineData("Retry-After", "999999999", 86400)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 20:01:00 GMT", 60)]
    [InlineData("Retry-After", "Sun, 22 Nov 2020 20:01:00 GMT", 0)]
    [InlineData("x-ratelimit-reset-after", "1.336", 1.336)]
    [InlineData("x-ratelimit-reset-requests", "6m0s", 360)]
    [InlineData("x-ratelimit-reset-requests", "1h2m3.5s", 3723.5)]
    [InlineData("x-ratelimit-reset-requests", "250ms", 0.25)]
    [InlineData("x-ratelimit-reset", "1795377630", 30)]
    [InlineData("X-Bapi-Limit-Reset-Timestamp", "1795377602500", 2.5)]
    [InlineData("anthropic-ratelimit-requests-reset", "2026-11-22T20:00:10Z", 10)]
    public void Evaluate_TooManyRequests_ReadsTheWait(string header, string value, double seconds)
    {
        var conclusion = Evaluate("[]", 429, "", (header, value));
        Assert.Equal(VerifyCodes.RateLimited, conclusion.Code);
        Assert.Equal(seconds, conclusion.RetryAfter!.Value.TotalSeconds, 3);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("")]
    [InlineData("s")]
    public void Evaluate_UnreadableWait_IsNone(string value) => Assert.Null(Evaluate("[]", 429, "", ("Retry-After", value)).RetryAfter);

    [Fact]
    public void Evaluate_GoodAnswerWithResetHeader_HasNoWait() =>
        Assert.Null(Evaluate("""[{"status":[200],"verdict":"valid"}]""", 200, "{}", ("x-ratelimit-reset", "60")).RetryAfter);

    [Fact]
    public void Evaluate_UnavailableWithRetryAfter_HasTheWait() =>
        Assert.Equal(TimeSpan.FromSeconds(7), Evaluate("[]", 503, "", ("Retry-After", "7")).RetryAfter);

    private static Conclusion Evaluate(string rules, int status, string body, params (string Name, string Value)[] headers) => OutcomeEvaluator.Evaluate(
        JsonSerializer.Deserialize<List<OutcomeRule>>(rules, CatalogueJson.Options)!,
        new ProviderAnswer(status, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body)),
        s_now);
}
