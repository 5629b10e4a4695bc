namespace ControlPlane.ProviderSimulator;

/// <summary>Requests of one provider that are in flight, and the most there have been at once.</summary>
public readonly record struct ConcurrencyGauge(int Current, int Max);
