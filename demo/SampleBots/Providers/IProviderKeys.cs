namespace ControlPlane.SampleBots;

/// <summary>Where the bots get their keys from. They ask for each request, keep none, and put them nowhere but into the request to their own provider.</summary>
public interface IProviderKeys
{
    /// <summary>The value of a variable such as <c>POLYGON_API_KEY</c>, or null.</summary>
    string? Find(string variable);
}
