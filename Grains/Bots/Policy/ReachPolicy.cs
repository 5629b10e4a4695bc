using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>Which providers a bot reaches through the gateway. What a runner or the bot itself adds to its requirements is a requirement only.</summary>
internal static class ReachPolicy
{
    /// <summary>The requirements that open the gateway after a registration.</summary>
    /// <param name="before">Those of before; null for a new bot, and for one from before the gateway, of which nobody knows who named them.</param>
    /// <param name="given">What the registration says; null for nothing.</param>
    public static ImmutableSortedSet<string>? After(BotSpec? spec, ImmutableSortedSet<string>? before, ImmutableSortedSet<string>? given, bool byOperator)
    {
        if (spec is null) return given ?? [];
        return byOperator && given is not null ? given : before;
    }

    /// <summary>What is no longer required opens nothing.</summary>
    public static ImmutableHashSet<string> Providers(BotSpec? spec, ImmutableSortedSet<string>? reaches) =>
        spec is null ? [] : [.. (reaches ?? []).Intersect(spec.Requires), .. spec.Terms?.MayUse ?? []];
}
