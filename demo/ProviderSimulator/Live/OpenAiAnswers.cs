using System.Globalization;
using System.Text.Json;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Market;

namespace ControlPlane.ProviderSimulator.Live;

/// <summary>A language model that gives its view of an instrument as JSON. It sees the true regime, and is right as often as the
/// confidence it states, so that evaluating it by its confidence means something.</summary>
internal sealed class OpenAiAnswers(SimulatedMarket market, TimeProvider time)
{
    private const int TicksAView = 5 * SimulatedMarket.TicksASecond;
    private static readonly double[] s_confidences = [0.55, 0.65, 0.75, 0.85, 0.95];
    private static readonly string[] s_verdicts = ["up", "down", "flat"];

    /// <summary>Null for a prompt that names no instrument.</summary>
    public AnswerScript? Chat(LiveCall call)
    {
        var prompt = call.Request.Text;
        if (Instrument.All.FirstOrDefault(i => prompt.Contains(i.Symbol, StringComparison.Ordinal)) is not { } instrument)
            return null;

        var (verdict, confidence) = View(instrument.Symbol);
        var content = JsonSerializer.Serialize(new { verdict, confidence, rationale = $"The recent bars of {instrument.Symbol} read as {verdict}." });
        return CodedAnswer.Json(200, new
        {
            id = $"chatcmpl-sim{market.Now.ToString(CultureInfo.InvariantCulture)}",
            @object = "chat.completion",
            created = time.GetUtcNow().ToUnixTimeSeconds(),
            model = call.Request.JsonValue("model") ?? "gpt-4o-mini",
            choices = new[] { new { index = 0, message = new { role = "assistant", content }, logprobs = (object?)null, finish_reason = "stop" } },
            usage = new { prompt_tokens = prompt.Length / 4, completion_tokens = content.Length / 4, total_tokens = (prompt.Length / 4) + (content.Length / 4) },
        });
    }

    /// <summary>The same for a few seconds at a time.</summary>
    internal (string Verdict, double Confidence) View(string symbol)
    {
        var seed = market.Options.Seed;
        var number = market.Now / TicksAView;
        var confidence = s_confidences[(int)(SeededDice.Once(seed, "confidence " + symbol, number) * s_confidences.Length)];
        var truth = market.Latest(symbol).Regime switch { Regime.TrendUp => "up", Regime.TrendDown => "down", _ => "flat" };
        if (SeededDice.Once(seed, "right " + symbol, number) < confidence)
            return (truth, confidence);
        var others = s_verdicts.Where(v => v != truth).ToArray();
        return (others[(int)(SeededDice.Once(seed, "wrong " + symbol, number) * others.Length)], confidence);
    }
}
