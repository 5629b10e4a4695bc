using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>The limits over all bots together, held in one place: an opening order is one call here, and none to another bot. Key 0.</summary>
[Alias("cp.ISystemRiskGrain")]
public interface ISystemRiskGrain : IGrainWithIntegerKey
{
    /// <summary>Admits an opening order, which must be on disk within <see cref="SystemAdmission.UseWithinMs"/> of the call, or names the limits that it breaks.
    /// What it admits counts from then on, whatever becomes of the order.</summary>
    [Alias("Admit")]
    Task<SystemAdmission> Admit(SystemAdmissionRequest request);

    /// <summary>A bot's worst exposure is lower than before. One that was overtaken by a later admission changes nothing.</summary>
    [Alias("Lower")]
    Task Lower(SystemAdmissionRequest request);

    /// <summary>A trade has realised something: the day's loss is looked at now.</summary>
    [OneWay, Alias("Realised")]
    Task Realised();
}

/// <summary>An opening order of a bot.</summary>
/// <param name="Gross">The bot's exposure in the worst outcome of everything open, this order included, in the currency of the sums.</param>
/// <param name="Sequence">Grows with every request of a bot's activation.</param>
[GenerateSerializer, Immutable, Alias("cp.SystemAdmissionRequest")]
public sealed record SystemAdmissionRequest(
    [property: Id(0)] string BotId, [property: Id(1)] decimal Gross, [property: Id(2)] Guid Activation, [property: Id(3)] long Sequence);

/// <summary>Whether all bots together have room for an order.</summary>
/// <param name="Refusals">Empty when it is admitted.</param>
[GenerateSerializer, Immutable, Alias("cp.SystemAdmission")]
public sealed record SystemAdmission([property: Id(0)] ImmutableArray<OrderRefusal> Refusals)
{
    /// <summary>How long an admission may wait for its order, from the moment it was asked for.</summary>
    public const int UseWithinMs = 5_000;
}
