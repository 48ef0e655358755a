"""Validates Kubernetes manifests and a compose file, and prints what they name: one JSON object.

Kinds of Kubernetes are validated, strictly, against its own schemas (the package kubernetes-validate); KEDA's against the schema beside this
file, and Kustomize's by what they refer to. What is wrong is listed under "faults".
"""
import json, pathlib, sys
import jsonschema, kubernetes_validate, yaml

deploy, version = pathlib.Path(sys.argv[1]), sys.argv[2]
keda = json.loads(pathlib.Path(__file__).with_name('keda.schema.json').read_text())
faults, settings, programs, kinds, seen = [], [], [], [], set()
# what containers name, and what there is to be named
secrets = {}


def containers_of(manifest):
    template = (manifest.get('spec') or {}).get('template') or {}
    return (template.get('spec') or {}).get('containers') or []


def validate(path, manifest):
    api, kind = manifest['apiVersion'], manifest['kind']
    kinds.append(kind)
    if api.startswith('keda.sh/'):
        schema = keda.get(kind)
        if schema is None:
            faults.append(f'{path}: no schema for {api} {kind}')
            return
        for error in jsonschema.Draft202012Validator(schema).iter_errors(manifest):
            faults.append(f'{path}: {kind}: {error.json_path}: {error.message}')
        return
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except Exception as error:
        faults.append(f'{path}: {kind}: {str(error).splitlines()[0]}')


def note(path, manifest):
    if manifest['kind'] in ('ConfigMap', 'Secret'):
        for name in {**(manifest.get('data') or {}), **(manifest.get('stringData') or {})}:
            if manifest['kind'] == 'Secret':
                secrets.setdefault(manifest['metadata']['name'], []).append(name)
            settings.append([str(path), name])
    for container in containers_of(manifest):
        programs.append([str(path), container['command'][-1]])
        for variable in container.get('env') or []:
            settings.append([str(path), variable['name']])
        security = container.get('securityContext') or {}
        if not security.get('readOnlyRootFilesystem') or security.get('allowPrivilegeEscalation') is not False:
            faults.append(f"{path}: the container {container['name']} may write to its image or gain rights")


def kustomization(folder):
    path = folder / 'kustomization.yaml'
    listed = yaml.safe_load(path.read_text())
    for resource in listed['resources']:
        target = (folder / resource).resolve()
        if target.is_dir():
            kustomization(target)
        elif target.is_file():
            seen.add(target)
        else:
            faults.append(f'{path}: no {resource}')
    unknown = set(listed) - {'apiVersion', 'kind', 'resources', 'labels', 'images'}
    if unknown:
        faults.append(f'{path}: fields that this check does not know: {sorted(unknown)}')


manifests = sorted((deploy / 'kubernetes').rglob('*.yaml'))
for folder in {path.parent for path in manifests if path.name == 'kustomization.yaml'}:
    kustomization(folder)
names = set()
for path in manifests:
    if path.name == 'kustomization.yaml':
        continue
    if path.resolve() not in seen and '.example.' not in path.name:
        faults.append(f'{path}: in no kustomization')
    for manifest in yaml.safe_load_all(path.read_text()):
        validate(path, manifest)
        note(path, manifest)
        names.add((manifest['kind'], manifest['metadata']['name']))
        scaled = (manifest.get('spec') or {}).get('scaleTargetRef')
        if scaled:
            names.add(('scaled', scaled['name']))
for kind, name in sorted(names):
    if kind == 'scaled' and ('Deployment', name) not in names:
        faults.append(f'no Deployment {name} to scale')

compose = yaml.safe_load((deploy / 'compose.yaml').read_text())
for name, service in compose['services'].items():
    if 'build' not in service:
        continue
    settings.extend([['compose.yaml', setting] for setting in service['environment']])
    if 'command' in service:
        programs.append(['compose.yaml', service['command'][-1]])
    for needed in service.get('depends_on') or {}:
        if needed not in compose['services']:
            faults.append(f'compose.yaml: {name} depends on {needed}, which is no service')

print(json.dumps({'faults': faults, 'settings': settings, 'programs': programs, 'kinds': sorted(set(kinds))}))
