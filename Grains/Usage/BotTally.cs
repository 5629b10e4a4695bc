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
        if (_one.Calls == 0) _one = new(bot, second, 0, 0);
        if (_one.UnixSecond == second && _one.BotId == bot)
        {
            _one = _one with { Calls = _one.Calls + 1, Against = _one.Against + against };
            return;
        }

        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_more ??= [], (bot, second), out _);
        counts = new(bot, second, counts.Calls + 1, counts.Against + against);
    }

    public readonly ImmutableArray<BotCalls> ToArray() => _more is null ? [_one] : [_one, .. _more.Values];
}
