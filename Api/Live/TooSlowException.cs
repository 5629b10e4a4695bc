namespace ControlPlane.Api.Live;

/// <summary>A reader is so far behind that a closing of the system is gone before it took it.</summary>
internal sealed class TooSlowException() : Exception("The reader is too slow.");
