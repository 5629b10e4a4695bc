namespace ControlPlane.Browser.Tests;

/// <summary>What is measured on the processor has it for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}

/// <summary>All pages of a browser have one clipboard.</summary>
[CollectionDefinition(Name)]
public sealed class WithClipboard
{
    public const string Name = nameof(WithClipboard);
}
