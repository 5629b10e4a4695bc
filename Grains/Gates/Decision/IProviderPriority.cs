using System.Collections.Immutable;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>In which order the gate's providers are asked.</summary>
internal interface IProviderPriority
{
    /// <summary>Required ones, and those that are configured on this host.</summary>
    ImmutableArray<GateProvider> First { get; }

    ImmutableArray<GateProvider> Others { get; }

    /// <summary>The first, and of the others every <paramref name="of"/>th, another part with each number.</summary>
    IEnumerable<GateProvider> Part(long number, int of);
}
