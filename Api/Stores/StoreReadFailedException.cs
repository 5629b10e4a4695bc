namespace ControlPlane.Api.Stores;

/// <summary>A store did not answer, or not in time. Holds nothing of what the store said.</summary>
internal sealed class StoreReadFailedException() : Exception("The store could not be read.");
