using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Holds positions at one broker, as the broker lists them, against the ledgers of the bots that trade there. The key is the provider's id.</summary>
[Alias("cp.IBrokerPositionsGrain")]
public interface IBrokerPositionsGrain : IGrainWithStringKey
{
    /// <summary>Looks whether a comparison is due, and makes it.</summary>
    [OneWay, Alias("Compare")]
    Task Compare();
}
