namespace ControlPlane.Grains;

/// <summary>Registered when the store belongs to this process alone: then no other process takes part.</summary>
internal sealed class SingleProcessStore;
