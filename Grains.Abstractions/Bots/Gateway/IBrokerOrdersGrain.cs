using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Working orders at one broker, as the broker lists them. The key is the provider's id.</summary>
[Alias("cp.IBrokerOrdersGrain")]
public interface IBrokerOrdersGrain : IGrainWithStringKey
{
    /// <summary>Takes working orders back. Null for a broker that is not configured.</summary>
    /// <param name="botId">Only what was granted to this bot; null for every order of the account.</param>
    /// <param name="all">True for exits and protective stops too; else only what could open or enlarge a position.</param>
    [ResponseTimeout("00:00:20"), Alias("CancelOpenOrders")]
    Task<CanceledAtBroker?> CancelOpenOrders(string? botId, bool all);
}

/// <summary>What became of working orders at a broker. Numbers are null when they are not known.</summary>
/// <param name="Canceled">The broker's own list no longer holds them.</param>
/// <param name="Kept">Exits that were left.</param>
/// <param name="Failed">The broker refused to take them back, and lists them still.</param>
/// <param name="Pending">Asked for, and still listed.</param>
[GenerateSerializer, Immutable, Alias("cp.CanceledAtBroker")]
public sealed record CanceledAtBroker(
    [property: Id(0)] string Provider, [property: Id(1)] int? Canceled, [property: Id(2)] int? Kept, [property: Id(3)] int? Failed, [property: Id(4)] int? Pending, [property: Id(5)] string? Message);

/// <summary>What a bot holds by its ledger.</summary>
/// <param name="Protected">True where a working exit covers it; null when not known.</param>
[GenerateSerializer, Immutable, Alias("cp.OpenPosition")]
public sealed record OpenPosition([property: Id(0)] string Symbol, [property: Id(1)] decimal Quantity, [property: Id(2)] bool? Protected);
