using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;

namespace ControlPlane.Grains.Usage;

/// <summary>Calls of one commit by bot and second. Nearly always of one bot and one second, which costs no dictionary.</summary>
internal struct BotTally
{
    private BotCalls _one;
    private Dictionary<(string Bot, long Second), BotCalls>? _more;

    public void Take(UsageEvent usage)
    {
        var bot = usage.BotId ?? BotCalls.Unnamed;
        var second = usage.OccurredAt.ToUnixTimeSeconds();
        var against = ProviderFault.Is(usage.Status, usage.HttpStatus) ? 1 : 0;
        var observed = usage.Source == UsageSource.Observed ? 1 : 0;
        if (_one.Calls == 0) _one = new(bot, second, 0, 0);
        if (_one.UnixSecond == second && _one.BotId == bot)
        {
            _one = WithOneMore(_one, against, observed);
            return;
        }

        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_more ??= [], (bot, second), out _);
        counts = WithOneMore(counts with { BotId = bot, UnixSecond = second }, against, observed);
    }

    private static BotCalls WithOneMore(BotCalls counts, int against, int observed) => counts with
    {
        Calls = counts.Calls + 1,
        Against = counts.Against + against,
        Observed = counts.Observed + observed,
        ObservedAgainst = counts.ObservedAgainst + (against * observed),
    };

    public readonly ImmutableArray<BotCalls> ToArray() => _more is null ? [_one] : [_one, .. _more.Values];
}
