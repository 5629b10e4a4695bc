using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Redaction;
using ControlPlane.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class KeyShapeTests
{
    private readonly Redactor _redactor = new(new SecretRegistry());

    public static TheoryData<string> Ids => [.. KeyShapes.All.Select(shape => shape.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Redact_UnregisteredKeyOfShape_Gone(string id)
    {
        foreach (var (text, secret) in KeyShapeSamples.Of(id))
        {
            var redacted = _redactor.Redact($"before {text} after");
            Assert.False(redacted.Contains(secret, StringComparison.Ordinal), $"{id} is not redacted");
            Assert.StartsWith("before ", redacted, StringComparison.Ordinal);
            Assert.Contains("***", redacted, StringComparison.Ordinal);
            Assert.Equal(redacted, _redactor.Redact(redacted));
        }
    }

    [Fact]
    public void Shapes_AreAll39() => Assert.Equal(39, KeyShapes.All.Select(shape => shape.Id).Distinct().Count());

    [Fact]
    public void Redact_OrdinaryIds_Stay()
    {
        var uuid = Guid.NewGuid().ToString();
        var trace = CanaryAlphabet.Draw(CanaryAlphabet.LowerHex, 32);
        var span = CanaryAlphabet.Draw(CanaryAlphabet.LowerHex, 16);
        string[] texts =
        [
            uuid, Guid.NewGuid().ToString("N").ToUpperInvariant(), trace, $"00-{trace}-{span}-01", $"trace_id={trace} span={span}",
            CanaryAlphabet.Draw(CanaryAlphabet.LowerHex, 40), CanaryAlphabet.Draw(CanaryAlphabet.LowerHex, 64),
            "bot momentum-es is BLOCKED", "mean-reversion-btc-usd-01", "order 8812-AB_17 filled", "PK-17 account DU1234567", "epoch 17 version 12345678901234",
            "POST /api/bots/{botId}/start answered 409", "DATABENTO_API_KEY is missing", "set TRADOVATE_SEC and TELEGRAM_BOT_TOKEN", "2026-11-22T20:00:00.123Z",
            "http://127.0.0.1:5080", "providers polygon, databento, oanda; key 3 of 4", "Grain usageingest/0 on S127.0.0.1:11111:532101", "error_rate_15m=0.0016",
            "INTEGRATION_KEY_MISSING (polygon): the token is absent", "{\"provider\":\"polygon\",\"secret\":true,\"present\":false}", "••••••••9f3a",
        ];
        foreach (var text in texts)
            Assert.Equal(text, _redactor.Redact(text));
    }
}
