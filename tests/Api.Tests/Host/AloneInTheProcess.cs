namespace ControlPlane.Api.Tests.Host;

/// <summary>Tests that look at the whole process, such as what it allocates: no other test may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "alone in the process";
}
