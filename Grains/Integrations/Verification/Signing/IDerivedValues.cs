using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Values that a kind of verify works out from the key, for templates in lower case. The key itself is not sent.</summary>
internal interface IDerivedValues
{
    string Kind { get; }

    /// <exception cref="VerifyFaultException">The key has no form that anything could be worked out from.</exception>
    IReadOnlyDictionary<string, string> Derive(VerifyTarget target, TemplateValues values);
}
