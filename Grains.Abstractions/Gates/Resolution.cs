namespace ControlPlane.Abstractions;

/// <summary>What ends a trouble.</summary>
public enum Resolution
{
    /// <summary>A person, by the suggested fix.</summary>
    Manual = 0,

    /// <summary>Nothing that a person does here: it stands until its cause is gone.</summary>
    Waits = 1,

    /// <summary>The system by itself, within a time. After that it is manual.</summary>
    SelfHealing = 2,
}
