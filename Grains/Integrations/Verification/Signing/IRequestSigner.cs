using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Adds to a request what one signing scheme asks for.</summary>
internal interface IRequestSigner
{
    /// <summary>Name of the scheme in the catalogue.</summary>
    string Kind { get; }

    /// <exception cref="VerifyFaultException">The secret has a form that the scheme can't sign with.</exception>
    void Sign(OutgoingRequest request, SigningCredentials credentials);
}
