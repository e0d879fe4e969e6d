//! Python programs → their tags, a line each.

use super::*;
use crate::discover::{DeclaredEntry, SourceFile};
use crate::facts::{Language, Origin};
use crate::{link, lower, solve};

/// A program of files, given as name and text.
fn repo(files: &[(&str, &str)]) -> Repo {
    let mut repo = Repo::default();
    for (path, text) in files {
        let module = path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        repo.files.push(SourceFile {
            path: (*path).to_owned(),
            module,
            is_package: path.ends_with("__init__.py"),
            language: Language::Python,
            origin: Origin::FirstParty,
            configuration: None,
            condition: None,
            bytes: text.as_bytes().to_vec(),
        });
    }
    repo.files.sort_by(|a, b| a.path.cmp(&b.path));
    repo
}

/// Every tag of a program, a line each.
fn tags_of(repo: &Repo) -> Vec<String> {
    let models = Models::load(&[]).unwrap();
    let mut facts = lower::all(&repo.files);
    facts.append(lower::builtins(Language::Python));
    let is_opaque = |_: &str| true;
    let mut loader = link::Loader::new(repo, &is_opaque);
    let (facts, solution) = solve::points_to(facts, &mut loader);
    let tags = all(&facts, &solution, repo, &models);
    let kind = |kind: KindId| models.about(kind).name.clone();
    let mut lines = Vec::new();
    for tag in &tags.entries {
        lines.push(format!("entry {} {}", kind(tag.kind), tag.name));
    }
    for tag in &tags.secrets {
        lines.push(format!("secret {} {} line {}", kind(tag.kind), tag.name, tag.line));
    }
    for tag in &tags.sources {
        lines.push(format!("source {} {} line {}", kind(tag.kind), tag.api, tag.line));
    }
    for tag in &tags.sinks {
        let shapes: Vec<String> = tag.args.iter().map(|arg| format!("{:?}", arg.shape)).collect();
        lines.push(format!("sink {} {} [{}] line {}", kind(tag.kind), tag.api, shapes.join(", "), tag.line));
    }
    for tag in &tags.sanitisers {
        lines.push(format!("sanitiser {} line {}", kind(tag.kind), facts.calls[tag.call.index()].line));
    }
    lines
}

/// The tags of one file that begin with one of the words.
fn check(words: &str, text: &str, expected: &[&str]) {
    let found = tags_of(&repo(&[("app.py", text)]));
    let wanted = |line: &&String| words.split(' ').any(|word| line.starts_with(word));
    let found: Vec<&String> = found.iter().filter(wanted).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn nothing_gives_no_tags() {
    assert!(tags_of(&Repo::default()).is_empty());
}

#[test]
fn sinks_are_found_through_aliases_and_conditions() {
    let text = "\
import subprocess as sp
from os import system as run_it
import sqlite3, requests

def go(cmd, name):
    sp.run(['ls', '-l'])
    sp.run(cmd, shell=True)
    run_it('echo ' + cmd)
    db = sqlite3.connect('x.db')
    with db.cursor() as cursor:
        cursor.execute(f\"SELECT * FROM t WHERE name = '{name}'\")
        cursor.execute('SELECT 1')
    requests.get('https://example.com', verify=False)
";
    check(
        "sink",
        text,
        &[
            "sink exec subprocess.run [Constant] line 6",
            "sink shell subprocess.run [Variable] line 7",
            "sink shell os.system [Built] line 8",
            "sink sql sqlite3.connect().cursor().execute [Built] line 11",
            "sink sql sqlite3.connect().cursor().execute [Constant] line 12",
            "sink egress-http requests.get [Constant] line 13",
            "sink tls-off requests.get [] line 13",
        ],
    );
}

#[test]
fn secrets_are_named_and_other_settings_are_none() {
    let text = "\
import os
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    stripe_api_key: str
    debug: bool = False

settings = Settings()

def read():
    key = os.environ['STRIPE_KEY']
    home = os.environ['HOME']
    token = os.getenv('GITHUB_TOKEN', '')
    return settings.stripe_api_key, settings.debug
";
    check(
        "secret",
        text,
        &[
            "secret secret-env STRIPE_KEY line 11",
            "secret secret-env GITHUB_TOKEN line 13",
            "secret secret-setting stripe_api_key line 14",
        ],
    );
}

#[test]
fn routes_of_flask_are_entries_and_their_input_is_untrusted() {
    let text = "\
from flask import Blueprint, request
from flask.views import MethodView

shop = Blueprint('shop', __name__)

@shop.route('/orders/<id>', methods=['POST', 'PUT'])
def order(id):
    return request.args['q']

class Items(MethodView):
    def get(self, item):
        return item

def listed():
    return ''

shop.add_url_rule('/list', view_func=listed)
";
    check(
        "entry source",
        text,
        &[
            "entry route POST,PUT /orders/<id>",
            "entry route GET app.Items.get",
            "entry route /list",
            "source untrusted-segment parameter `id` of POST,PUT /orders/<id> line 7",
            "source untrusted-http flask.request.args line 8",
            "source untrusted-http parameter `item` of GET app.Items.get line 11",
        ],
    );
}

#[test]
fn handlers_behind_a_shared_wrapper_stay_entries_of_their_own() {
    let text = "\
import functools
from flask import Flask

app = Flask('a')

def guarded(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)
    return wrapper

@app.post('/pay')
@guarded
def pay(): pass

@app.post('/refund')
@guarded
def refund(): pass
";
    check(
        "entry",
        text,
        &[
            "entry middleware POST /pay",
            "entry middleware POST /refund",
            "entry route POST /pay",
            "entry route POST /refund",
        ],
    );
}

#[test]
fn routes_of_fastapi_do_not_take_injected_parameters_for_input() {
    let text = "\
from fastapi import APIRouter, Depends

router = APIRouter()

def database():
    return object()

@router.get('/items/{item}')
async def item(item: str, store=Depends(database)):
    return item
";
    check(
        "entry source",
        text,
        &[
            "entry middleware app.database",
            "entry route GET /items/{item}",
            "source untrusted-segment parameter `item` of GET /items/{item} line 9",
        ],
    );
}

#[test]
fn tasks_commands_tools_and_handlers_are_entries() {
    let text = "\
import click
from celery import Celery, shared_task
from mcp.server.fastmcp import FastMCP

worker = Celery('w')
mcp = FastMCP('m')

@worker.task
def charge(order): pass

@shared_task(name='mail.send')
def mail(to): pass

@click.group()
def cli(): pass

def loud(f):
    def wrapped(*args): return f(*args)
    return wrapped

@cli.command('sync')
@loud
def sync(): pass

@mcp.tool()
def look(path): pass

def lambda_handler(event, context): pass

if __name__ == '__main__':
    cli()
";
    check(
        "entry",
        text,
        &[
            "entry main app.py",
            "entry task app.charge",
            "entry task mail.send",
            "entry cli-command app.cli",
            "entry cli-command sync",
            "entry cli-command sync",
            "entry mcp-tool app.look",
            "entry lambda-handler app.lambda_handler",
        ],
    );
}

#[test]
fn a_library_offers_its_public_functions() {
    let text = "\
def load(path): pass
def _hidden(): pass
class Reader:
    def read(self): pass
    def _next(self): pass
";
    let found =
        tags_of(&repo(&[("lib/__init__.py", text), ("tests/test_lib.py", "def test_load(): pass\n")]));
    assert_eq!(
        found,
        [
            "entry public-api lib.load",
            "entry public-api lib.Reader.read",
            "entry test tests.test_lib.test_load"
        ]
    );
}

#[test]
fn programs_of_manifests_are_entries() {
    let mut repo = repo(&[("lib/cli.py", "def main(): pass\ndef other(): pass\n")]);
    repo.entries.push(DeclaredEntry {
        group: "console_scripts".to_owned(),
        name: "blast".to_owned(),
        module: "lib.cli".to_owned(),
        object: "main".to_owned(),
        file: "pyproject.toml".to_owned(),
        line: 1,
    });
    assert_eq!(tags_of(&repo), ["entry console-script blast"]);
}

#[test]
fn files_that_are_run_are_programs_or_build_steps() {
    let files = [
        ("setup.py", "import setuptools\n"),
        ("tool/run.py", "#!/usr/bin/env python\n"),
        ("tool/x.py", "1\n"),
    ];
    assert_eq!(tags_of(&repo(&files)), ["entry build setup.py", "entry main tool/run.py"]);
}

#[test]
fn what_is_made_safe_is_tagged() {
    let text = "\
import shlex, hashlib

def quote(x, secret):
    int(x)
    hashlib.sha256(secret).hexdigest()
    return shlex.quote(x)
";
    check(
        "sanitiser",
        text,
        &[
            "sanitiser convert-number line 4",
            "sanitiser hash line 5",
            "sanitiser hash line 5",
            "sanitiser quote-shell line 6",
        ],
    );
}

#[test]
fn a_pattern_fills_the_parameters_that_it_names() {
    use crate::facts::ParamKind;
    let fills =
        |route, by_route, param| super::inputs::is_filled(route, by_route, ParamKind::Positional, param);
    let orders = "GET /orders/<int:number>/<tag>";
    assert!(fills(orders, false, "tag") && !fills(orders, false, "user"));
    assert!(!fills(orders, false, "number"), "a number holds no text");
    assert!(fills("GET /orders", false, "body"));
    assert!(!fills("GET /orders", true, "user"), "a framework that fills by route fills nothing else");
}

#[test]
fn parameters_that_hold_no_text_of_others_are_no_sources() {
    let text = "\
import enum, uuid
from uuid import UUID
from typing import Annotated, Literal, Optional
from fastapi import FastAPI, Query
app = FastAPI()
Size = Literal['small', 'large']

class Colour(enum.Enum):
    RED = 'red'

@app.get('/items')
def items(a: int, b: Optional[int], c: Annotated[int, Query()], d: int | None, e: UUID, f: uuid.UUID, g: Colour,
          h: str, i: Annotated[str, Query()], j, k: int | str, l: Optional[UUID], m: list[UUID], n: Size,
          o: Literal['a', 'b'] | None):
    pass
";
    let names = ["h", "i", "j", "k"];
    let expected =
        names.map(|name| format!("source untrusted-http parameter `{name}` of GET /items line 12"));
    check("source", text, &expected.each_ref().map(String::as_str));
}

#[test]
fn an_untyped_request_gives_its_parts() {
    let text = "\
from django.urls import path

def helper(request):
    return request.user, request.GET

def show(request, project, slug):
    return helper(request)

urlpatterns = [path('shows/<slug:slug>/', show)]
";
    check(
        "source",
        text,
        &[
            "source untrusted-http request.GET line 6",
            "source untrusted-segment parameter `slug` of shows/<slug:slug>/ line 6",
        ],
    );
}

#[test]
fn routes_carry_the_prefix_of_what_they_hang_in() {
    let flask = "\
from flask import Blueprint, Flask
inner = Blueprint('inner', __name__, url_prefix='/inner')
outer = Blueprint('outer', __name__)

@inner.route('/a')
def a(): pass

@outer.route('/b')
def b(): pass

app = Flask(__name__)
outer.register_blueprint(inner)
app.register_blueprint(outer, url_prefix='/api')
";
    check("entry", flask, &["entry route /api/inner/a", "entry route /api/b"]);
    let fastapi = "\
from fastapi import APIRouter, FastAPI
items = APIRouter(prefix='/items')

@items.get('/{item}')
def show(item): pass

app = FastAPI()
app.include_router(items, prefix='/api/v1')
";
    check("entry", fastapi, &["entry route GET /api/v1/items/{item}"]);
}

#[test]
fn django_routes_name_views_of_other_modules() {
    let files = [
        (
            "site/urls.py",
            "from django.urls import include, path\nurlpatterns = [path('shop/', include('shop.urls'))]\n",
        ),
        (
            "shop/urls.py",
            "from django.urls import path\nfrom . import views\nfrom .views import remove, Orders\n\
             urlpatterns = [path('show/<slug>', views.show), path('remove', remove), path('orders', Orders.as_view())]\n",
        ),
        (
            "shop/views.py",
            "from django.views import View\n\
             def wrapped(view):\n    def wrapper(request, *args):\n        return view(request, *args)\n    return wrapper\n\
             @wrapped\ndef show(request, slug): pass\n\
             @wrapped\ndef remove(request): pass\n\
             class Orders(View):\n    def get(self, request): pass\n",
        ),
        ("shop/__init__.py", ""),
    ];
    let found = tags_of(&repo(&files));
    let entries: Vec<&String> = found.iter().filter(|line| line.starts_with("entry")).collect();
    assert_eq!(
        entries,
        [
            "entry middleware shop/show/<slug>",
            "entry middleware shop/remove",
            "entry route shop/show/<slug>",
            "entry route shop/remove",
            "entry route shop/orders",
        ]
    );
}

#[test]
fn literals_that_look_like_secrets_are_secrets() {
    let text = "\
API_KEY = 'q9Zx73mLp0Rt41vB'
API_TOKEN = 'change-me-1234567'
SECRET_KEY = 'dev'
PASSWORD_FILE = 'q9Zx73mLp0Rt41vB'
COLOUR = 'q9Zx73mLp0Rt41vB'
DATABASE_PASSWORD = 'https://example.com/a1/b2'
";
    check("secret", text, &["secret secret-literal API_KEY line 1"]);
}

#[test]
fn making_an_exception_is_a_sink_of_its_message() {
    let text = "\
class Refused(ValueError):
    pass

def go(key):
    raise Refused(f'not with {key}')
";
    check("sink", text, &["sink exception app.Refused [Built] line 5"]);
}

#[test]
fn a_fixed_program_and_numbers_are_no_text_of_others() {
    let text = "\
import os, subprocess

def go(name, page):
    subprocess.run(['git', 'log', name])
    subprocess.run(['sh', '-c', name])
    subprocess.run([name, '-l'])
    os.system((page - 1) * 20)
    os.system('ls %s' % name)
";
    check(
        "sink",
        text,
        &[
            "sink exec subprocess.run [Constant] line 4",
            "sink exec subprocess.run [Variable] line 5",
            "sink exec subprocess.run [Variable] line 6",
            "sink shell os.system [Variable] line 7",
            "sink shell os.system [Built] line 8",
        ],
    );
}

#[test]
fn queries_of_a_model_class_of_the_program_are_those_of_the_framework() {
    let text = "\
from django.db import models

class Person(models.Model):
    name = models.TextField()

def find(name):
    return Person.objects.raw('SELECT * FROM person WHERE name = ' + name)
";
    check("sink", text, &["sink sql django.db.models.Model().objects.raw [Built] line 7"]);
}

#[test]
fn what_an_argument_is_decides_whether_it_does_harm() {
    check(
        "sink",
        "from tornado.web import RequestHandler
from xml.sax import make_parser
from xml.sax.handler import feature_external_ges, feature_namespaces
class Page(RequestHandler):
    def get(self):
        answer = {'name': self.get_argument('name')}
        self.write(answer)
        self.write(self.get_argument('name'))
        parser = make_parser()
        parser.setFeature(feature_external_ges, True)
        parser.setFeature(feature_namespaces, True)
",
        &[
            "sink html tornado.web.RequestHandler().write [Variable] line 8",
            "sink xml xml.sax.make_parser [] line 9",
            "sink xml xml.sax.make_parser().setFeature [] line 10",
        ],
    );
}
