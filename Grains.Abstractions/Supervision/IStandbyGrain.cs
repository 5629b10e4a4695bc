namespace ControlPlane.Abstractions;

/// <summary>Warm-up: runs the code paths that a silo needs when another one dies. Key: the silo's address.</summary>
[Alias("cp.IStandbyGrain")]
public interface IStandbyGrain : IGrainWithStringKey
{
    /// <summary>Reads and writes a row of its own and decides on nothing known. Decides nothing for anyone.</summary>
    [Alias("Rehearse")]
    Task Rehearse();
}
