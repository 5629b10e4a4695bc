using ControlPlane.Abstractions;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Events as a busy system of bots reports them: a few providers, a few bots, the last minute.</summary>
internal static class SampleEvents
{
    private static readonly string[] s_providers = ["polygon", "oanda", "openai", "anthropic", "tradovate"];
    private static readonly string[] s_operations = ["GET /v3/quotes", "POST /v1/orders", "POST /v1/chat/completions", "GET /v2/aggs", "GET /v1/accounts"];

    public static UsageEvent[] Make(int count)
    {
        var now = DateTimeOffset.UtcNow;
        var events = new UsageEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = new UsageEvent(
                Guid.CreateVersion7(now), now.AddMilliseconds(-(i % 60_000)), "u1", $"bot-{i % 20}", s_providers[i % 5], s_operations[i % 5],
                i % 50 == 0 ? UsageStatus.Error : UsageStatus.Ok, i % 50 == 0 ? 500 : 200, i % 300, "4bf92f3577b34da6a3ce929d0e0e4736", null);
        }

        return events;
    }
}
