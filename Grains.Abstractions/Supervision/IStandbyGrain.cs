namespace ControlPlane.Abstractions;

/// <summary>Walks the paths that a silo needs when another one dies, so that their first walk is not on that day. Key: the silo's address.</summary>
[Alias("cp.IStandbyGrain")]
public interface IStandbyGrain : IGrainWithStringKey
{
    /// <summary>Reads and writes a row of its own and decides on nothing known. Decides nothing for anyone.</summary>
    [Alias("Rehearse")]
    Task Rehearse();
}
