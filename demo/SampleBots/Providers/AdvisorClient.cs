using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Providers;

/// <summary>Asks a language model of OpenAI.</summary>
internal sealed class AdvisorClient(GatewayClient client)
{
    public const string Provider = "openai";
    private const string Instruction =
        "You judge short-term price action. Answer with JSON only: {\"verdict\": \"up\" | \"down\" | \"flat\", \"confidence\": number from 0 to 1}.";

    /// <exception cref="ProviderCallException">No answer, or one that is not of the form asked for.</exception>
    public async Task<Advice> AskAsync(MarketView view, CancellationToken cancel)
    {
        var closes = string.Join(", ", view.Closes.Select(static c => c.ToString(CultureInfo.InvariantCulture)));
        using var content = JsonContent.Create(new
        {
            model = AdvisedStrategy.Advisor,
            messages = new object[]
            {
                new { role = "system", content = Instruction },
                new { role = "user", content = $"{view.Symbol}: one-second closes, oldest first: {closes}" },
            },
            response_format = new { type = "json_object" },
        });
        var answer = await client.SendAsync(HttpMethod.Post, "chat/completions", content, cancel);
        return client.Read(answer, static a =>
        {
            var text = a.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
            var said = JsonElement.Parse(text);
            var confidence = said.GetProperty("confidence").GetDouble();
            var verdict = said.GetProperty("verdict").GetString();
            return confidence is >= 0 and <= 1 && verdict is "up" or "down" or "flat"
                ? new Advice(verdict, confidence, AdvisedStrategy.Advisor)
                : throw new FormatException();
        });
    }
}
