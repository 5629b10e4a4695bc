using System.Text;

namespace ControlPlane.Grains.Tests.Secrets;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cp-secrets-").FullName;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => File.WriteAllBytes(In(name), Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
